#include "program.h"

void program_from_temp_ast(Compilation *compilation) {
    Program *program = &compilation->program;
    for (uint32_t i = 0; i < program->module_count; i++) {
        program->modules[i]->ast =
            ast_copy(&compilation->pool, &compilation->types, program->modules[i]->ast);
    }
}

void program_destroy(Compilation *compilation) {
    compilation->program = (Program){0};
    pool_destroy(&compilation->pool);
}
