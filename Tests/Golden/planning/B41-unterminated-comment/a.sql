SELECT 0;
SELECT 1; /* open /* nested */
