// Runs `as` and `ld`, and writes results so that nothing half-done is ever seen: into a temporary
// file beside the destination, renamed at the end. Temporary files are removed at every exit, also
// by a signal.
#ifndef RUNA_TOOLCHAIN_H
#define RUNA_TOOLCHAIN_H

#include <stdio.h>
#include <sys/types.h>

#include "codegen.h"
#include "options.h"

// A temporary file; removed at exit unless toolchain_commit renamed it.
typedef struct Temporary {
    char *path;        // owned
    const char *final; // the destination, borrowed; NULL when it is never renamed
    bool direct;       // the destination is a device or pipe, written in place
} Temporary;

// Where the installed parts lie, found relative to the compiler's executable, or in RUNA_HOME.
// Owned texts; NULL when not found.
typedef struct Installation {
    char *runtime_library; // libruna.a
    char *check_library;   // libruna_check.a, for --check=memory
    char *stdlib_folder;
    char *errors_folder; // the texts of `runac explain`
    bool is_home_empty;  // RUNA_HOME is set, and nothing of this lies there
} Installation;

typedef struct Toolchain {
    Temporary output; // text, object or executable
    Temporary object; // the object file of an executable
    int input;        // where text goes: the assembler's standard input or the file; -1 when closed
    pid_t assembler;  // 0 when not running
    int messages;     // file that receives the tools' standard error, or -1
    int write_error;  // errno of the first failed write, or 0
} Toolchain;

void installation_find(Installation *installation);
// False, after one line on standard error, if nothing lies where RUNA_HOME says.
bool installation_is_usable(const Installation *installation);
void installation_destroy(Installation *installation);

// Installs the handlers that remove temporary files, and ignores SIGPIPE. Call once, first.
void toolchain_prepare(void);
// Ends a running tool and removes the temporary files; for handlers of signals.
void toolchain_abandon(void);
// Opens the sink: a running assembler for EMIT_OBJECT and EMIT_EXECUTABLE, else the file. `output`
// is the destination, none of the sources that were read, or NULL for an executable that will be
// run and removed. False after one line on standard error.
bool toolchain_open(Toolchain *toolchain, const CommandLine *command_line,
                    const SourceTable *sources, const char *output);
// An AssemblySink's write function; `context` is the Toolchain.
bool toolchain_write(void *context, const char *text, size_t length);
// Ends the assembly. On trouble reports: the assembler's complaints about a line of a source as
// diagnostics (E0901), all else in one line on standard error. Gives the exit status so far: 0, 1,
// 2 or 70.
int toolchain_close(Toolchain *toolchain, Compilation *compilation);
// Links the object into the executable. Exit status 0 or 2, with one line on standard error.
int toolchain_link(Toolchain *toolchain, const CommandLine *command_line, const Program *program,
                   const Installation *installation);
// Gives the result its final name. Exit status 0 or 2.
int toolchain_commit(Toolchain *toolchain);
// Replaces the contents of the file, whose rights stay, by the text, all or nothing. `shown` names
// it in the one line on standard error when that fails; then the result is false.
bool toolchain_replace(const char *path, const char *shown, const char *text, size_t length);
// Runs the executable that was linked; gives its exit status, or 128 + N when signal N ended it.
int toolchain_run(Toolchain *toolchain, const CommandLine *command_line);
// Removes what was not committed and frees everything.
void toolchain_destroy(Toolchain *toolchain);

#endif
