#!/usr/bin/env python3
"""Check a certificate: a coverage plan with the prices, directions and links that prove its lower bound.

    certify.py instance.json certificate.json

Computes the cost with score.py and the bound from them alone, without the planner's code; what is summed
and why nothing undercuts it stands in docs/planner.md, part 3. Prints one JSON object. Exit 0: every hard rule holds, the cost is the one that is
claimed and the bound is proved; 1: something is not as claimed (`refused` says what); 2: a file cannot be read. Only the standard library is used.
"""
import collections, hashlib, json, math, sys

from score import quarter, score


def digest(classes):
    lines = ("".join([f"{c['programme']} {c['week']}", *(f" {i}" for i in c["people"]), "\n"]) for c in classes)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def bound(inst, prices, directions, links):
    """The value of the relaxation at these prices (programme x week), directions (year but the last x commune) and links
    (person, week, price)."""
    weeks, programmes, communes = inst["weeks"], inst["programmes"], len(inst["communes"])
    horizon, years = len(weeks), sorted({w["year"] for w in weeks})
    year = [years.index(w["year"]) for w in weeks]
    place = {p["id"]: k for k, p in enumerate(programmes)}
    taught = [[w["capacity"] > 0 and w["id"] not in set(p["blocked_weeks"]) for w in weeks] for p in programmes]
    people = []                                   # programme, commune, weight, free weeks, links
    linked = collections.defaultdict(dict)
    for person, week, v in links:
        linked[person][week] = max(0.0, v)
    for p in inst["people"]:
        k, blocked = place[p["programme"]], set(p["blocked_weeks"])
        last = min(p["to_week"], horizon - 1)
        free = [w for w in range(p["from_week"], last + 1) if taught[k][w] and w not in blocked]
        if free:
            people.append((k, inst["offices"][p["office"]]["commune"], p["weight"], free, linked.get(p["id"], {})))
    there = [[0] * communes for _ in years[:-1]]  # reachable people by the end of a year
    for _, c, _, free, _ in people:
        for y in range(year[free[0]], len(years) - 1):
            there[y][c] += 1
    # directions are made fit here, so that they need not be believed: sum 0 among the communes that count, length at most 1
    even = 1.5 / max(len(years) - 1, 1)
    reward = [[0.0] * communes for _ in range(len(years))]
    for y in range(len(years) - 2, -1, -1):
        counts = [c for c in range(communes) if there[y][c]]
        mean = sum(directions[y][c] for c in counts) / len(counts) if counts else 0.0
        row = {c: directions[y][c] - mean for c in counts}
        length = max(1.0, math.sqrt(sum(v * v for v in row.values())))
        for c in range(communes):
            own = even * row[c] / length / (math.sqrt(len(counts)) * there[y][c]) if c in row else 0.0
            reward[y][c] = reward[y + 1][c] + own
    price = [[max(0.0, v) for v in row] for row in prices]
    wait = 1.0 / (sum(p[2] for p in people) * horizon / len(years))
    miss = 100.0 / len(people)
    value, tables = 0.0, {}
    for k, c, weight, free, own in people:
        unit = weight * wait
        table = tables.get((k, c, weight))
        if table is None:
            table = tables[k, c, weight] = [unit * w + price[k][w] + reward[year[w]][c] for w in range(horizon)]
        value += min(min(table[w] + own.get(w, 0.0) for w in free), miss + unit * horizon) - unit * free[0]
    # what the first class of a programme in a week earns by its links
    earned = collections.defaultdict(float)
    for k, _, _, _, own in people:
        for w, v in own.items():
            earned[k, w] += v
    # the calendar: the best slots of each week, of each quarter, of each year
    size, (least, most) = inst["class_size"][1], inst["classes_per_year"]
    quarters = collections.defaultdict(list)
    for w in weeks:
        can = [k for k in range(len(programmes)) if taught[k][w["id"]]]
        if can:
            costs = [0.001 - size * price[k][w["id"]] - earned[k, w["id"]] for k in can if earned[k, w["id"]] > 0]
            costs += [0.001 - size * max(price[k][w["id"]] for k in can)] * w["capacity"]
            quarters[w["year"], quarter(w)] += sorted(costs)[: w["capacity"]]
    slots = collections.defaultdict(list)
    for (y, _), costs in quarters.items():
        slots[y] += sorted(costs)[: inst["classes_per_quarter_most"]]
    for costs in slots.values():
        value += sum(cost for n, cost in enumerate(sorted(costs)[:most]) if n < least or cost < 0)
    return value


def certify(instance_bytes, certificate):
    inst = json.loads(instance_bytes)
    scored = score(inst, certificate)
    proved = bound(inst, certificate["prices"], certificate["directions"], certificate["links"])
    refused = list(scored["examples"])
    if hashlib.sha256(instance_bytes).hexdigest() != certificate["instance_sha256"]:
        refused.append("the certificate is of another instance")
    if digest(certificate["classes"]) != certificate["classes_sha256"]:
        refused.append("the classes are not those that were certified")
    if abs(scored["cost"] - certificate["cost"]) > 1e-5:
        refused.append(f"the cost is {scored['cost']}, not {certificate['cost']:.5f}")
    if proved < certificate["bound"] - 1e-9:
        refused.append(f"prices, directions and links prove {proved:.5f}, not {certificate['bound']:.5f}")
    gap = 100 * (scored["cost"] - proved) / proved if proved > 0 else None
    return {"refused": refused, "cost": scored["cost"], "bound": round(proved, 5), "gap_percent": gap and round(gap, 3)}


def main():
    if len(sys.argv) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(sys.argv[1], "rb") as f:
            instance = f.read()
        with open(sys.argv[2], encoding="utf-8") as f:
            certificate = json.load(f)
        if certificate.get("format") != "coverage-plan-certificate/1":
            raise ValueError("not a coverage-plan-certificate/1")
        result = certify(instance, certificate)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as e:
        print(f"certify: {type(e).__name__}: {e}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
