#include <libpq-fe.h>
// Waiting for many sockets; not in the Glibc module.
#include <sys/epoll.h>
#include <sys/timerfd.h>

// The PG_DIAG_* macros are character literals, which Swift does not import.
static const int gonogo_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int gonogo_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int gonogo_diag_message = PG_DIAG_MESSAGE_PRIMARY;
static const int gonogo_diag_detail = PG_DIAG_MESSAGE_DETAIL;
static const int gonogo_diag_hint = PG_DIAG_MESSAGE_HINT;
static const int gonogo_diag_position = PG_DIAG_STATEMENT_POSITION;
static const int gonogo_diag_internal_query = PG_DIAG_INTERNAL_QUERY;
static const int gonogo_diag_internal_position = PG_DIAG_INTERNAL_POSITION;
static const int gonogo_diag_context = PG_DIAG_CONTEXT;
static const int gonogo_diag_constraint = PG_DIAG_CONSTRAINT_NAME;
