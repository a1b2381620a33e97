// Many runs of the compiler, each in a child of one process: under valgrind the machine code that
// it has translated for the first runs serves all others, and each takes a fraction of a second.
//
// usage: compile-many WARM LIST
// Both files hold command lines: words that each end with a NUL byte, and an empty word ends the
// line. Those of WARM are run by the process itself, then each of LIST by a child, for which
// descriptor 3 gets `PROCESS-ID STATUS`: the exit status, or 128 and the number of the signal.

// The compiler itself, but for its main: what runs here is what runs there.
#define main unused_main
#include "../../bootstrap/main.c"
#undef main

#include <sys/wait.h>

// The longest run in seconds. Valgrind takes half a second for the stack that the compiler uses,
// and no case needs so much.
enum { MOST_WORDS = 64, LONGEST_RUN = 60, SMALL_STACK = 16 << 20 };

typedef struct List {
    char *text; // owned
    size_t length;
} List;

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(STATUS_FAILURE);
}

static List read_list(const char *path) {
    List list;
    FILE *file = fopen(path, "r");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fail(path);
    }
    long length = ftell(file);
    if (length < 0) {
        fail(path);
    }
    list.length = (size_t)length;
    list.text = malloc(list.length + 1);
    rewind(file);
    if (!list.text || fread(list.text, 1, list.length, file) != list.length) {
        fail(path);
    }
    fclose(file);
    return list;
}

// Takes the words of a command line from the text; gives their number.
static int take_words(char **text, char **words) {
    int count = 0;
    while (**text) {
        if (count == MOST_WORDS) {
            fputs("compile-many: a command line of too many words\n", stderr);
            exit(STATUS_FAILURE);
        }
        words[count++] = *text;
        *text += strlen(*text) + 1;
    }
    *text += 1;
    words[count] = NULL;
    return count;
}

static int compile_words(int count, char **words) {
    Arguments arguments = {count, words, STATUS_FAILURE};
    return execute_on_own_stack(&arguments, SMALL_STACK);
}

// The lists are what only the parent needs, so the child gives them back.
static _Noreturn void be_child(int count, char **words, List *lists) {
    alarm(LONGEST_RUN);
    int status = finish_output(compile_words(count, words));
    free(lists[0].text);
    free(lists[1].text);
    exit(status);
}

static void run_in_child(int count, char **words, List *lists) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        be_child(count, words, lists);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        fail("compile-many");
    }
    dprintf(3, "%d %d\n", (int)child,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: compile-many WARM LIST\n", stderr);
        return STATUS_FAILURE;
    }
    char *words[MOST_WORDS + 1];
    List lists[2] = {read_list(argv[1]), read_list(argv[2])};
    prepare_process();
    for (char *text = lists[0].text; text < lists[0].text + lists[0].length;) {
        int count = take_words(&text, words);
        compile_words(count, words);
    }
    for (char *text = lists[1].text; text < lists[1].text + lists[1].length;) {
        int count = take_words(&text, words);
        run_in_child(count, words, lists);
    }
    free(lists[0].text);
    free(lists[1].text);
    return STATUS_OK;
}
