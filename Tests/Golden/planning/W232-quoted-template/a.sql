SELECT 'https://${host}/health';
