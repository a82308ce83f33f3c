-- later
/* or never */ ;
