"""Functions of a program that make a pipeline, for a program that calls none of them."""
import ast

MOST = 8  # how many are offered
COMMON = {"start", "run", "close", "stop", "get", "create", "__enter__"}  # methods of others have these names, too


def candidates(sources):
    """Functions and methods, those that create a pipeline before those that get one.

    `sources` are pairs of a module's name, empty for the program itself, and its text.
    """
    found, makers = [], set()
    for module, source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        found += [(module, name, function) for name, function in functions(tree.body)]
    ranked = {}
    # Whoever calls one that makes a pipeline has one, too; each round finds those one call further away.
    while True:
        before = len(ranked)
        for place, (_, name, function) in enumerate(found):
            rank = rank_of(function, makers)
            if rank is not None and ranked.get(place) != rank:
                ranked[place] = rank
        makers = {found[place][1].split(".")[-1] for place, rank in ranked.items() if rank == 0} - COMMON
        if len(ranked) == before:
            break
    offered = [found[place] for place in ranked]
    order = sorted(ranked, key=lambda place: (ranked[place], is_part(found[place], offered), place))
    return [described(*found[place]) for place in order[:MOST]]


def is_part(candidate, candidates):
    """Whether it belongs to another one: a private name, or a method that one of its class calls."""
    owner, _, last = candidate[1].rpartition(".")
    if last.startswith("_"):
        return True
    siblings = [function for _, name, function in candidates if owner and name.startswith(owner)]
    calls = [node.func for sibling in siblings for node in ast.walk(sibling) if isinstance(node, ast.Call)]
    return any(last_name(call) == last and first_name(call) == "self" for call in calls)


def described(module, name, function):
    return {"call": "%s:%s" % (module, name) if module else name, "line": function.lineno}


def functions(body):
    """What can be called from outside, by name: functions, methods, and a class for its constructor."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for name, method in functions(node.body):
                yield (node.name if name == "__init__" else "%s.%s" % (node.name, name)), method


def rank_of(function, makers):
    """0 for what creates or returns a pipeline or calls one of the `makers`, 1 for what adds nodes, otherwise None."""
    if last_name(function.returns) == "Pipeline":
        return 0
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    if any(last_name(call) == "Pipeline" or last_name(call) in makers for call in calls):
        return 0
    arguments = function.args.args + function.args.kwonlyargs
    pipelines = {a.arg for a in arguments if a.arg == "pipeline" or last_name(a.annotation) == "Pipeline"}
    creates = any(last_name(call).startswith("create") and first_name(call) in pipelines for call in calls)
    return 1 if creates else None


def last_name(node):
    """`Pipeline` of `dai.Pipeline`, also where an annotation is a string."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.split(".")[-1]
    return ""


def first_name(node):
    """`pipeline` of `pipeline.create`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
