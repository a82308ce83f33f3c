/* What libpg_query alone needs for SQL files: each is split by its parser, and each statement parsed to JSON. */
#include <pg_query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *contents(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) { perror(path); exit(1); }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc(size + 1);
    text[fread(text, 1, size, file)] = 0;
    fclose(file);
    return text;
}

int main(int count, char **paths)
{
    int statements = 0;
    for (int i = 1; i < count; i++) {
        char *text = contents(paths[i]);
        PgQuerySplitResult split = pg_query_split_with_parser(text);
        for (int n = 0; n < split.n_stmts; n++) {
            char *one = strndup(text + split.stmts[n]->stmt_location, split.stmts[n]->stmt_len);
            PgQueryParseResult parsed = pg_query_parse(one);
            if (parsed.error == NULL) statements++;
            pg_query_free_parse_result(parsed);
            free(one);
        }
        pg_query_free_split_result(split);
        free(text);
    }
    printf("%d statements\n", statements);
    return 0;
}
