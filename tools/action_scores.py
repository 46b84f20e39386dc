"""Judge answers on labelled texts: the contract's figures, and mistakes by phenomenon."""

import collections


def tally(answers, texts, keys):
    """Count as the contract does: an unclear kind on a restricted name is no mistake."""
    t = collections.Counter()

    def count(name, gold, got):
        t[name, "tp"] += len(gold & got)
        t[name, "fp"] += len(got - gold)
        t[name, "fn"] += len(gold - got)

    for key in keys:
        says = {"gold": False, "got": False}
        for target in texts.views[key].cells:
            gold, got = texts.gold[key, target], answers[key].get(target, ())
            count("any", {1} if gold else set(), {1} if got else set())
            kept = [d for d in got if d.kind != "other" or not gold]
            count("action", {a for a, _, _ in gold}, {d.kind for d in kept})
            count("stage", {(a, s) for a, s, _ in gold}, {(d.kind, d.stage) for d in kept})
            count("new", {(a, s) for a, s, n in gold if n}, {(d.kind, d.stage) for d in kept if d.new})
            says["gold"] |= any(n for _, _, n in gold)
            says["got"] |= any(d.new for d in got)
        count("doc", {1} if says["gold"] else set(), {1} if says["got"] else set())
    return t


def score(t, name):
    tp, fp, fn = t[name, "tp"], t[name, "fp"], t[name, "fn"]
    return 2 * tp / max(1, 2 * tp + fp + fn)


def report(title, t):
    print(
        f"{title:22}",
        " ".join(
            f"{n} {score(t, n):.3f} ({t[n, 'tp']} {t[n, 'fp']} {t[n, 'fn']})"
            for n in ("any", "action", "stage", "new", "doc")
        ),
        flush=True,
    )


def mistakes(answers, texts, keys):
    """Count what fails by phenomenon, and the kinds that it befalls most."""
    found = collections.defaultdict(collections.Counter)
    for key in keys:
        for target in texts.views[key].cells:
            gold = {a for a, _, _ in texts.gold[key, target]}
            got = {d.kind for d in answers[key].get(target, ())}
            for kind in sorted(gold - got):
                if not got:
                    found["nothing found"][kind] += 1
                elif got == {"other"}:
                    found["kind unclear"][kind] += 1
                elif got & gold:
                    found["one of several kinds missed"][kind] += 1
                else:
                    found["kind mistaken"][f"{kind} as {min(got)}"] += 1
            for kind in sorted(got - gold - {"other"} if gold else got):
                found["a kind too many" if gold & got else "on a mistaken kind" if gold else "bystander"][
                    kind
                ] += 1
            for step in texts.gold[key, target]:
                told = {d.stage: d.new for d in answers[key].get(target, ()) if d.kind == step[0]}
                if told and step[1] not in told:
                    found["stage mistaken or missed"][f"{step[1]} as {min(told)}"] += 1
                elif told and told[step[1]] != step[2]:
                    found["news told as background" if step[2] else "background told as news"][step[0]] += 1
    for name, kinds in sorted(found.items(), key=lambda item: -sum(item[1].values())):
        print(f"  {sum(kinds.values()):4} {name}: " + ", ".join(f"{k} {n}" for k, n in kinds.most_common(6)))
