#!/usr/bin/env python3
"""Improve a coverage plan with OR-Tools CP-SAT by large-neighbourhood search: the rival that `cargo xtask bench plan` measures.

    cpsat.py instance.json start.json out.json --seconds N [--seed S] [--slots K]

Needs `ortools` (requirements.txt). The plan to start from is the planner's construction (`boiduong plan --seconds 0`), so that both improve
the same plan for the same time. Again and again K classes are taken out; CP-SAT decides anew which programme each of their weeks holds and who of their
people and of those who are not trained attends when, by a model of exactly the rules of FORMAT.md over these slots; the evenness, which is no linear
function, stands in it as its tangent, and a result is kept when the score falls. More slots make a better neighbourhood and a slower one:
8 were best of 4, 6, 8, 12, 16 on seed 1. Prints `seconds cost` whenever the cost falls, and the cost at the end.
"""
import argparse, collections, json, random, time

from ortools.sat.python import cp_model

from score import quarter, score

NEVER = None


class World:
    """The instance as sums: who can be trained, when, and what it costs."""

    def __init__(self, inst):
        self.inst = inst
        weeks = inst["weeks"]
        self.horizon = len(weeks)
        years = sorted({w["year"] for w in weeks})
        self.years = len(years)
        self.year = [years.index(w["year"]) for w in weeks]
        self.taught = {p["id"]: [w["capacity"] > 0 and w["id"] not in set(p["blocked_weeks"]) for w in weeks] for p in inst["programmes"]}
        self.free, self.open = {}, {}
        for p in inst["people"]:
            blocked = set(p["blocked_weeks"])
            free = {w for w in range(p["from_week"], min(p["to_week"], self.horizon - 1) + 1) if self.taught[p["programme"]][w] and w not in blocked}
            if free:
                self.free[p["id"]], self.open[p["id"]] = free, min(free)
        self.weight = {i: inst["people"][i]["weight"] for i in self.free}
        self.office = {i: inst["people"][i]["office"] for i in self.free}
        self.commune = {i: inst["offices"][self.office[i]]["commune"] for i in self.free}
        self.programme = {i: inst["people"][i]["programme"] for i in self.free}
        self.wait = 1.0 / (sum(self.weight.values()) * self.horizon / self.years)
        self.miss = 100.0 / len(self.free)
        self.even = 1.5 / max(self.years - 1, 1)
        self.there = [collections.Counter() for _ in range(self.years - 1)]
        for i, week in self.open.items():
            for y in range(self.year[week], self.years - 1):
                self.there[y][self.commune[i]] += 1
        self.apart = collections.defaultdict(set)
        for a, b in inst["exclusions"]:
            if a in self.free and b in self.free:
                self.apart[a].add(b)
                self.apart[b].add(a)

    def cost(self, first, classes):
        total, done = 0.001 * classes, [collections.Counter() for _ in range(self.years - 1)]
        for i in self.free:
            week = first.get(i, NEVER)
            if week is NEVER:
                total += self.miss + self.weight[i] * self.wait * (self.horizon - self.open[i])
            else:
                total += self.weight[i] * self.wait * (week - self.open[i])
                for y in range(self.year[week], self.years - 1):
                    done[y][self.commune[i]] += 1
        slopes = []
        for y in range(self.years - 1):
            share = {c: done[y][c] / n for c, n in self.there[y].items()}
            mean = sum(share.values()) / len(share)
            deviation = (sum((s - mean) ** 2 for s in share.values()) / len(share)) ** 0.5
            total += self.even * deviation
            # what one person more of a commune changes
            slopes.append({c: self.even * (share[c] - mean) / (len(share) * max(deviation, 1e-9)) / n for c, n in self.there[y].items()})
        return total, slopes


def improve(world, plan, first, seconds, seed, slots, told):
    inst, dice = world.inst, random.Random(seed)
    begun = time.monotonic()
    classes = [(c["programme"], c["week"], list(c["people"])) for c in plan["classes"]]
    best, slopes = world.cost(first, len(classes))
    least, most = inst["class_size"]
    # classes that hold somebody a second time stay as they are
    simple = [n for n, (_, week, people) in enumerate(classes) if all(first.get(i) == week for i in people)]
    # repeats later on must stay far enough from first trainings
    later = collections.defaultdict(list)
    for _, week, people in classes:
        for i in people:
            if first.get(i) != week:
                later[i].append(week)
    away = collections.defaultdict(set)
    for _, week, people in classes:
        away[week].update(people)
    while time.monotonic() - begun < seconds:
        # half of the neighbourhoods are neighbours in time, half are of two programmes anywhere
        if dice.random() < 0.5:
            order = sorted(simple, key=lambda n: classes[n][1])
            at = dice.randrange(max(1, len(order) - slots))
            chosen = order[at : at + slots]
        else:
            two = set(dice.sample([p["id"] for p in inst["programmes"]], 2))
            pool = [n for n in simple if classes[n][0] in two]
            chosen = dice.sample(pool, min(slots, len(pool)))
        if len(chosen) < 2:
            continue
        weeks = collections.Counter(classes[n][1] for n in chosen)
        kinds = collections.Counter(classes[n][0] for n in chosen)
        people = [i for n in chosen for i in classes[n][2]]
        waiting = [i for i in world.free if i not in first and world.programme[i] in kinds and any(w in world.free[i] for w in weeks)]
        people += dice.sample(waiting, min(len(waiting), 200))
        group = set(people)
        model = cp_model.CpModel()
        held = {(k, w): model.new_int_var(0, min(weeks[w], kinds[k]), "") for k in kinds for w in weeks if world.taught[k][w]}
        for w, number in weeks.items():
            model.add(sum(held[k, w] for k in kinds if (k, w) in held) == number)
        for k, number in kinds.items():
            model.add(sum(held[k, w] for w in weeks if (k, w) in held) == number)
        sits, objective = {}, []
        for i in people:
            own, unit = [], world.weight[i] * world.wait
            never = world.miss + unit * world.horizon
            for w in weeks:
                if w in world.free[i] and (world.programme[i], w) in held and all(abs(w - r) >= inst["repeat_gap_weeks"] for r in later[i]):
                    x = sits[i, w] = model.new_bool_var("")
                    model.add_hint(x, first.get(i) == w)
                    own.append(x)
                    slope = sum(slopes[y].get(world.commune[i], 0.0) for y in range(world.year[w], world.years - 1))
                    objective.append((round((unit * w + slope - never) * 1e9), x))
            if own:
                model.add_at_most_one(own)
        for (k, w), number in held.items():
            there = [sits[i, w] for i in people if world.programme[i] == k and (i, w) in sits]
            model.add(sum(there) <= most * number)
            model.add(sum(there) >= least * number)
            model.add_hint(number, sum(1 for n in chosen if classes[n][0] == k and classes[n][1] == w))
        for w in weeks:
            gone = collections.Counter(inst["people"][i]["office"] for i in away[w] - group)
            by_office = collections.defaultdict(list)
            for i in people:
                if (i, w) in sits:
                    by_office[world.office[i]].append(sits[i, w])
                    for j in world.apart[i]:
                        if j in group and i < j and (j, w) in sits:
                            model.add_at_most_one([sits[i, w], sits[j, w]])
                        elif j not in group and j in away[w]:
                            model.add(sits[i, w] == 0)
            for office, there in by_office.items():
                room = inst["offices"][office]["max_absent"] - gone[office]
                if len(there) > room:
                    model.add(sum(there) <= max(room, 0))
        model.minimize(sum(c * x for c, x in objective))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 2
        solver.parameters.random_seed = dice.randrange(1 << 30)
        solver.parameters.max_time_in_seconds = min(2.0, max(0.05, seconds - (time.monotonic() - begun)))
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            continue
        new = {i: w for (i, w), x in sits.items() if solver.boolean_value(x)}
        trial = {i: w for i, w in first.items() if i not in group}
        trial.update(new)
        # whoever has no seat here but comes a second time later comes for the first time then
        trial.update({i: min(later[i]) for i in group - new.keys() if later[i]})
        cost, tangents = world.cost(trial, len(classes))
        if cost >= best - 1e-9:
            continue
        best, slopes, first = cost, tangents, trial
        slots_left = [(k, w) for (k, w), number in held.items() for _ in range(solver.value(number))]
        rows = {}
        for k, w in sorted(set(slots_left)):
            number = slots_left.count((k, w))
            seated = sorted(i for i, week in new.items() if week == w and world.programme[i] == k)
            rows[k, w] = [seated[n::number] for n in range(number)]
        for n, (k, w) in zip(chosen, sorted(slots_left)):
            classes[n] = (k, w, rows[k, w].pop())
        for w in weeks:
            away[w] = {i for _, week, there in classes if week == w for i in there}
        told(time.monotonic() - begun, best)
    return {"classes": [{"programme": k, "week": w, "people": sorted(there)} for k, w, there in sorted(classes, key=lambda c: (c[1], c[0]))]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("instance")
    parser.add_argument("start")
    parser.add_argument("out")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slots", type=int, default=8)
    a = parser.parse_args()
    with open(a.instance, encoding="utf-8") as f:
        inst = json.load(f)
    with open(a.start, encoding="utf-8") as f:
        plan = json.load(f)
    world, first = World(inst), {}
    for c in sorted(plan["classes"], key=lambda c: c["week"]):
        for i in c["people"]:
            first.setdefault(i, c["week"])
    done = improve(world, plan, first, a.seconds, a.seed, a.slots, lambda seconds, cost: print(f"{seconds:.1f} {cost:.5f}", flush=True))
    with open(a.out, "w", encoding="utf-8") as f:
        json.dump(done, f)
    result = score(inst, done)
    print(f"violations {result['violations']} cost {result['cost']}")


if __name__ == "__main__":
    main()
