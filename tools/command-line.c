// Writes what tells about the command line elsewhere, from the compiler's own table of it.
//
// usage: command-line bash|zsh|fish             completions for that shell
//        command-line man <PAGE >PAGE_WITH_LISTS  the manual page: its lines `.\" @commands@` and
//                                               `.\" @options@` are replaced by those lists
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct Command {
    const char *word;
    const char *arguments;
    const char *help;
} Command;

typedef struct Option {
    const char *text;  // "--emit=", "-o", "--strict"
    const char *shown; // of its value: "tokens|ast", " DIR"; NULL when it takes none
    const char *help;  // "": not shown
} Option;

static const Command commands[] = {
#define COMMAND(word, NAME, arguments, help) {word, arguments, help},
#include "../bootstrap/options.def"
};

static const Option options[] = {
#define FLAG(text, member, value, help) {text, NULL, help},
#define VALUE(text, function, shown, help) {text, shown, help},
#include "../bootstrap/options.def"
};

static const char *const warnings[] = {
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title) flag,
#include "../bootstrap/diagnostic.def"
};

// What `explain` explains.
static const char *const codes[] = {
#define DIAGNOSTIC_ERROR(code, name, title) #code,
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title) flag,
#include "../bootstrap/diagnostic.def"
};

enum {
    COMMAND_COUNT = sizeof commands / sizeof *commands,
    OPTION_COUNT = sizeof options / sizeof *options,
    WARNING_COUNT = sizeof warnings / sizeof *warnings,
    CODE_COUNT = sizeof codes / sizeof *codes,
};

// What may stand for an option's value.
typedef enum ValueKind {
    VALUE_NONE,
    VALUE_WORDS,
    VALUE_WARNING,
    VALUE_FOLDER,
    VALUE_ANY
} ValueKind;

static ValueKind value_kind(const Option *option) {
    if (option->shown == NULL)
        return VALUE_NONE;
    if (strcmp(option->shown, "[no-]NAME") == 0)
        return VALUE_WARNING;
    if (strcmp(option->shown, " DIR") == 0)
        return VALUE_FOLDER;
    return option->shown[0] >= 'a' && option->shown[0] <= 'z' ? VALUE_WORDS : VALUE_ANY;
}

// The option without the sign before its value.
static int name_length(const Option *option) {
    size_t length = strlen(option->text);
    return (int)(option->text[length - 1] == '=' ? length - 1 : length);
}

static void put_words(const Option *option) {
    for (const char *c = option->shown; *c; c++)
        putchar(*c == '|' ? ' ' : *c);
}

static void put_warnings(const char *prefix) {
    for (int i = 0; i < WARNING_COUNT; i++)
        printf("%s%s%s %sno-%s", i ? " " : "", prefix, warnings[i], prefix, warnings[i]);
}

static void put_codes(void) {
    for (int i = 0; i < CODE_COUNT; i++)
        printf("%s%s", i ? " " : "", codes[i]);
}

// Help texts stand in single quotes, which all these shells read alike but for these characters.
static void put_quoted(const char *text, const char *escaped) {
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", stdout);
        else if (strchr(escaped, *text))
            putchar('\\');
        putchar(*text);
    }
}

// --- bash ---------------------------------------------------------------------------------------

static void put_bash_values(const Option *option) {
    switch (value_kind(option)) {
    case VALUE_WORDS:
        printf("        %.*s) COMPREPLY=($(compgen -W '", name_length(option), option->text);
        put_words(option);
        puts("' -- \"$current\")); return ;;");
        break;
    case VALUE_FOLDER:
        printf("        %s) compopt -o filenames 2>/dev/null\n"
               "            COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n",
               option->text);
        break;
    default:
        break;
    }
}

static void put_bash(void) {
    puts("# Completion of runac for bash. Made from the compiler's table of options.\n"
         "_runac() {\n"
         "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words\n"
         "    # bash takes `--emit=asm` for three words.\n"
         "    if [[ $current == = ]]; then\n"
         "        current=\n"
         "    elif [[ $before == = ]]; then\n"
         "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
         "    fi\n"
         "    case $before in");
    for (int i = 0; i < OPTION_COUNT; i++)
        put_bash_values(&options[i]);
    fputs("    esac\n"
          "    if [[ $current == -W* ]]; then\n"
          "        words='",
          stdout);
    put_warnings("-W");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (options[i].shown == NULL && strncmp(options[i].text, "-W", 2) == 0)
            printf(" %s", options[i].text);
    }
    fputs("'\n"
          "    elif [[ $current == -* ]]; then\n"
          "        words='",
          stdout);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (*options[i].help)
            printf("%s ", options[i].text);
    }
    fputs("'\n"
          "    elif ((COMP_CWORD == 1)); then\n"
          "        words='",
          stdout);
    for (int i = 0; i < COMMAND_COUNT; i++)
        printf("%s ", commands[i].word);
    fputs("'\n"
          "    elif [[ ${COMP_WORDS[1]} == explain ]]; then\n"
          "        COMPREPLY=($(compgen -W '",
          stdout);
    put_codes();
    puts("' -- \"$current\")); return\n"
         "    fi\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
         "    [[ $current != -* ]] || return 0\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    COMPREPLY+=($(compgen -f -X '!*.runa' -- \"$current\") "
         "$(compgen -d -- \"$current\"))\n"
         "}\n"
         "complete -F _runac runac");
}

// --- zsh ----------------------------------------------------------------------------------------

static void put_zsh_option(const Option *option) {
    ValueKind kind = value_kind(option);
    // A `+` or `-` says that the value may, or must, stand in the same word.
    const char *join = kind == VALUE_NONE                  ? ""
                       : strchr(option->text, '=') != NULL ? "-"
                       : option->shown[0] == ' '           ? "+"
                                                           : "-";
    printf("        '%s%s%s[", kind == VALUE_WARNING ? "*" : "", option->text, join);
    put_quoted(option->help, "[]:");
    putchar(']');
    if (kind == VALUE_WORDS) {
        fputs(":value:(", stdout);
        put_words(option);
        putchar(')');
    } else if (kind == VALUE_WARNING) {
        fputs(":warning:(", stdout);
        put_warnings("");
        putchar(')');
    } else if (kind == VALUE_FOLDER) {
        fputs(":folder:_directories", stdout);
    } else if (kind == VALUE_ANY) {
        fputs(":value:_files", stdout);
    }
    puts("' \\");
}

static void put_zsh(void) {
    puts("#compdef runac\n"
         "# Completion of runac for zsh. Made from the compiler's table of options.\n"
         "_runac_first() {\n"
         "    local -a commands=(");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("        '%s:", commands[i].word);
        put_quoted(commands[i].help, ":");
        puts("'");
    }
    puts("    )\n"
         "    _describe command commands\n"
         "    _files -g '*.runa'\n"
         "}\n"
         "_runac_next() {\n"
         "    if [[ $words[2] == explain ]]; then");
    fputs("        compadd -- ", stdout);
    put_codes();
    puts("\n"
         "    else\n"
         "        _files\n"
         "    fi\n"
         "}\n"
         "_runac() {\n"
         "    _arguments \\");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (*options[i].help)
            put_zsh_option(&options[i]);
    }
    puts("        '1:command or file:_runac_first' \\\n"
         "        '*:file or code:_runac_next'\n"
         "}\n"
         "_runac \"$@\"");
}

// --- fish ---------------------------------------------------------------------------------------

static void put_fish_option(const Option *option) {
    ValueKind kind = value_kind(option);
    bool is_long = option->text[1] == '-';
    const char *flag = is_long ? "-l" : option->text[2] ? "-o" : "-s";
    printf("complete -c runac %s %.*s", flag, name_length(option) - (is_long ? 2 : 1),
           option->text + (is_long ? 2 : 1));
    if (kind == VALUE_WORDS) {
        fputs(" -x -a '", stdout);
        put_words(option);
        putchar('\'');
    } else if (kind == VALUE_WARNING) {
        fputs(" -x -a '", stdout);
        put_warnings("");
        putchar('\'');
    } else if (kind == VALUE_FOLDER) {
        fputs(" -x -a '(__fish_complete_directories)'", stdout);
    } else if (kind == VALUE_ANY) {
        fputs(" -r", stdout);
    }
    fputs(" -d '", stdout);
    for (const char *c = option->help; *c; c++)
        printf(*c == '\'' || *c == '\\' ? "\\%c" : "%c", *c);
    puts("'");
}

static void put_fish(void) {
    puts("# Completion of runac for fish. Made from the compiler's table of options.\n"
         "complete -c runac -f -a '(__fish_complete_suffix .runa)'");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("complete -c runac -n __fish_use_subcommand -a %s -d '", commands[i].word);
        for (const char *c = commands[i].help; *c; c++)
            printf(*c == '\'' || *c == '\\' ? "\\%c" : "%c", *c);
        puts("'");
    }
    fputs("complete -c runac -n '__fish_seen_subcommand_from explain' -a '", stdout);
    put_codes();
    puts("'");
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (*options[i].help)
            put_fish_option(&options[i]);
    }
}

// --- The manual page ----------------------------------------------------------------------------

static void put_roff(const char *text) {
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
}

static void put_man_commands(void) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf(".TP\n.BI \"runac %s \" \"", commands[i].word);
        put_roff(commands[i].arguments);
        puts("\"");
        put_roff(commands[i].help);
        puts("");
    }
}

static void put_man_options(void) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!*options[i].help)
            continue;
        fputs(".TP\n.BI \"", stdout);
        put_roff(options[i].text);
        fputs("\" \"", stdout);
        put_roff(options[i].shown != NULL ? options[i].shown : "");
        puts("\"");
        put_roff(options[i].help);
        puts("");
    }
}

static void put_man(void) {
    char line[512];
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, ".\\\" @commands@\n") == 0)
            put_man_commands();
        else if (strcmp(line, ".\\\" @options@\n") == 0)
            put_man_options();
        else
            fputs(line, stdout);
    }
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*put)(void);
    } kinds[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}, {"man", put_man}};
    for (size_t i = 0; argc == 2 && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(argv[1], kinds[i].name) == 0) {
            kinds[i].put();
            return fflush(stdout) == 0 ? 0 : 2;
        }
    }
    fputs("usage: command-line bash|zsh|fish|man\n", stderr);
    return 2;
}
