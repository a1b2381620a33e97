// The twin of nbody.runa.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 3000000, BODY_COUNT = 5 };

#define STEP 0.01
#define SOLAR_MASS 39.47841760435743
#define DAYS_PER_YEAR 365.24

typedef struct Body {
    double x, y, z;
    double vx, vy, vz;
    double mass;
} Body;

static void place(Body *body, double x, double y, double z) {
    body->x = x;
    body->y = y;
    body->z = z;
}

static void move(Body *body, double vx, double vy, double vz, double mass) {
    body->vx = vx * DAYS_PER_YEAR;
    body->vy = vy * DAYS_PER_YEAR;
    body->vz = vz * DAYS_PER_YEAR;
    body->mass = mass * SOLAR_MASS;
}

static void set_up(Body *bodies) {
    bodies[0].mass = SOLAR_MASS;
    place(&bodies[1], 4.84143144246472090, -1.16032004402742839, -0.103622044471123109);
    move(&bodies[1], 0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023,
         0.000954791938424326609);
    place(&bodies[2], 8.34336671824457987, 4.12479856412430479, -0.403523417114321381);
    move(&bodies[2], -0.00276742510726411116, 0.00499852801234917238, 0.0000230417297573763929,
         0.000285885980666130812);
    place(&bodies[3], 12.8943695621391310, -15.1111514016986312, -0.223307578892655734);
    move(&bodies[3], 0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556,
         0.0000436624404335156298);
    place(&bodies[4], 15.3796971148509165, -25.9193146099879641, 0.179258772950371181);
    move(&bodies[4], 0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870,
         0.0000515138902046611451);
    Body *sun = &bodies[0];
    for (int64_t i = 1; i < BODY_COUNT; i++) {
        const Body *planet = &bodies[i];
        sun->vx -= planet->vx * planet->mass / SOLAR_MASS;
        sun->vy -= planet->vy * planet->mass / SOLAR_MASS;
        sun->vz -= planet->vz * planet->mass / SOLAR_MASS;
    }
}

static double energy(const Body *bodies) {
    double sum = 0.0;
    for (int64_t i = 0; i < BODY_COUNT; i++) {
        const Body *first = &bodies[i];
        sum += 0.5 * first->mass *
               (first->vx * first->vx + first->vy * first->vy + first->vz * first->vz);
        for (int64_t j = i + 1; j < BODY_COUNT; j++) {
            const Body *second = &bodies[j];
            double dx = first->x - second->x;
            double dy = first->y - second->y;
            double dz = first->z - second->z;
            sum -= first->mass * second->mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return sum;
}

static void advance(Body *bodies) {
    for (int64_t i = 0; i < BODY_COUNT; i++) {
        Body *first = &bodies[i];
        for (int64_t j = i + 1; j < BODY_COUNT; j++) {
            Body *second = &bodies[j];
            double dx = first->x - second->x;
            double dy = first->y - second->y;
            double dz = first->z - second->z;
            double square = dx * dx + dy * dy + dz * dz;
            double magnitude = STEP / (square * sqrt(square));
            first->vx -= dx * second->mass * magnitude;
            first->vy -= dy * second->mass * magnitude;
            first->vz -= dz * second->mass * magnitude;
            second->vx += dx * first->mass * magnitude;
            second->vy += dy * first->mass * magnitude;
            second->vz += dz * first->mass * magnitude;
        }
    }
    for (int64_t i = 0; i < BODY_COUNT; i++) {
        Body *body = &bodies[i];
        body->x += STEP * body->vx;
        body->y += STEP * body->vy;
        body->z += STEP * body->vz;
    }
}

// Prints the shortest text that reads back the same.
static void show(const char *name, double x) {
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    printf("%s %s\n", name, text);
}

int main(void) {
    Body bodies[BODY_COUNT] = {0};
    set_up(bodies);
    for (int64_t step = 1; step <= STEPS; step++)
        advance(bodies);
    show("energy", energy(bodies));
    return 0;
}
