UPDATE users SET tenant = NULL;
