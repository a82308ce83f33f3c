"""What all fault programs share: gonogo with faults in it, servers and files read by others, and the list of cases."""
