/**
 * The Python program that runs a response's code and its tests. Reads the job from standard input, tells JSON lines on file
 * descriptor 3, each with a token that the code has not been told. Before the code it lowers its own limits and installs
 * an audit hook, which cannot be taken off again, that refuses processes, sockets, C libraries, signals and changes to
 * files. Code and tests share one interpreter, so code that sets out to cheat (it can look for the token in memory) is
 * not stopped by this; and an audit hook is a guard rail, not a wall.
 */
export const pythonHarness = `
import sys
# The working folder is open to all users of the machine: nothing is imported from there. The module sys is built in.
sys.path[:] = [entry for entry in sys.path if entry]
def _main():
    import ast, builtins, json, os
    job = json.loads(sys.stdin.buffer.read())
    write, dumps, code_of, leave = os.write, json.dumps, compile, os._exit
    def tell(kind, **rest):
        write(3, (dumps({'token': job['token'], 'kind': kind, **rest}) + '\\n').encode())
    def described(error):
        try:
            return (type(error).__name__ + ': ' + str(error))[:300]
        except BaseException:
            return 'an error that cannot be shown'
    try:
        import resource
        limits = [('CORE', 0), ('FSIZE', 0), ('NOFILE', 64), ('NPROC', 0), ('CPU', job['cpuSeconds']), ('AS', job['memoryMb'] * 2 ** 20)]
        for name, value in limits:
            try:
                resource.setrlimit(getattr(resource, 'RLIMIT_' + name), (value, value))
            except (AttributeError, ValueError, OSError):
                pass
    except ImportError:
        pass
    refused = ('os.fork', 'os.posix_spawn', 'os.spawn', 'os.system', 'os.exec', 'os.kill', 'os.remove', 'os.rename',
               'os.rmdir', 'os.mkdir', 'os.link', 'os.symlink', 'os.chmod', 'os.chown', 'os.truncate', 'os.putenv',
               'os.setxattr', 'os.utime', 'pty.spawn', 'subprocess.Popen', 'signal.pthread_kill', 'shutil.', 'socket.',
               'ctypes.dlopen', 'ctypes.dlsym', 'resource.setrlimit', 'resource.prlimit', 'fcntl.')
    changing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    def guard(event, args):
        if event.startswith(refused):
            raise ImportError(event + ' is not allowed here') if event.startswith('ctypes') else PermissionError(event + ' is not allowed here')
        if event == 'open' and isinstance(args[2], int) and args[2] & changing:
            raise PermissionError('writing files is not allowed here')
    tests = job['tests']
    is_program = isinstance(tests, str)
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    def bad_tests(problem):
        tell('bad-tests', problem=problem)
        leave(0)
    def is_condition(node):
        if isinstance(node, ast.BoolOp):
            return all(is_condition(value) for value in node.values)
        return isinstance(node, ast.Compare) or isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    class Conditions(ast.NodeTransformer):
        # A comparison that stands by itself is meant to hold.
        def visit_Expr(self, node):
            self.generic_visit(node)
            if not is_condition(node.value):
                return node
            message = ast.Constant('the test is false')
            return ast.fix_missing_locations(ast.copy_location(ast.Assert(node.value, message), node))
    def parsed(source):
        try:
            module = ast.parse(source, 'tests.py')
            code_of(module, 'tests.py', 'exec')
            return Conditions().visit(module).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            bad_tests('are not Python (' + described(error) + '): ' + dumps(source[:80]) + '; correct them')
    def inside(node, into_functions):
        yield node
        for child in ast.iter_child_nodes(node):
            if into_functions or not isinstance(child, functions):
                yield from inside(child, into_functions)
    def nodes_of(body, into_functions=True):
        return [node for statement in body if into_functions or not isinstance(statement, functions)
                for node in inside(statement, into_functions)]
    def name_of(node):
        return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ''
    def fails(node):
        return isinstance(node, (ast.Assert, ast.Raise)) or 'assert' in name_of(node)
    def checks(body):
        at_top = nodes_of(body, False)
        if any(fails(node) for node in at_top):
            return True
        return any(isinstance(node, ast.Call) for node in at_top) and any(name_of(node) in checking for node in at_top)
    def only_defines(body):
        return all(isinstance(s, definitions) or isinstance(s, ast.Expr) and is_text(s.value) for s in body)
    def is_text(node):
        return isinstance(node, ast.Constant) and isinstance(node.value, str)
    def value_of(body):
        # A bare text or function is true whatever the response is.
        is_value = len(body) == 1 and isinstance(body[0], ast.Expr) and not is_text(body[0].value)
        return body[0].value if is_value and not isinstance(body[0].value, ast.Lambda) else None
    def refuse_empty(source):
        bad_tests('check nothing, any response would pass: ' + dumps(source[:80]) +
                  '; call what they define, e.g. check(name_of_the_function), or assert something')
    sources = [tests] if is_program else tests
    bodies = [parsed(source) for source in sources]
    everything = nodes_of([statement for body in bodies for statement in body])
    own_names = {node.name for node in everything if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    own_names |= {(alias.asname or alias.name).split('.')[0] for node in everything if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
    # What the tests define and what leads to an assert.
    checking = set()
    while True:
        more = {node.name for node in everything if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
                and any(fails(inner) or name_of(inner) in checking for inner in nodes_of(node.body))}
        if more <= checking:
            break
        checking |= more
    test_functions = []
    test_classes = []
    asserts = []
    if is_program:
        body = [s for s in bodies[0] if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) and name_of(s.value.func) == 'main' and name_of(getattr(s.value.func, 'value', None)) == 'unittest')]
        test_functions = [s.name for s in body if isinstance(s, functions) and s.name.startswith('test_')]
        test_classes = [s for s in body if isinstance(s, ast.ClassDef) and any(name_of(base).endswith('TestCase') for base in s.bases)]
        methods = [m for s in test_classes for m in s.body if isinstance(m, functions) and m.name.startswith('test')]
        if any(name_of(base) == 'IsolatedAsyncioTestCase' for s in test_classes for base in s.bases):
            bad_tests('need IsolatedAsyncioTestCase, which needs sockets; write "async def test_..." functions')
        asserts = [s for s in body if isinstance(s, ast.Assert)] if not (test_functions or methods) else []
        if not (test_functions or methods or asserts):
            if value_of(body) is None and not checks(body):
                refuse_empty(tests)
        total = len(test_functions) + len(methods) or len(asserts) or 1
    else:
        bodies = [(body, only_defines(body)) for body in bodies]
        total = sum(not sets_up for body, sets_up in bodies)
        for source, (body, sets_up) in zip(sources, bodies):
            if total == 0 or not sets_up and value_of(body) is None and not checks(body):
                refuse_empty(source)
    loop = None
    if any(isinstance(node, ast.AsyncFunctionDef) for node in everything):
        # An event loop needs a pair of sockets, which the guard refuses later.
        import asyncio
        loop = asyncio.new_event_loop()
    if test_classes:
        import unittest
    tell('ready')
    tell('total', total=total)
    sys.addaudithook(guard)
    space = {'__name__': 'response', '__builtins__': builtins}
    def run(body):
        exec(code_of(ast.Module(body, []), 'tests.py', 'exec'), space)
    def attempt(work, needs_truth=False):
        try:
            value = work()
            if loop is not None and asyncio.iscoroutine(value):
                value = loop.run_until_complete(value)
            if value is None and needs_truth:
                raise AssertionError('the test gives None and asserts nothing')
            if value is not None and not value:
                raise AssertionError('the test is false')
        except BaseException as error:
            tell('test', isPassed=False, problem=described(error))
        else:
            tell('test', isPassed=True)
    def attempt_body(body):
        value = value_of(body)
        if value is None:
            return attempt(lambda: run(body))
        # What a function of the tests gives may be None: it has its asserts inside.
        called = value
        while isinstance(called, (ast.Call, ast.Attribute)):
            called = called.func if isinstance(called, ast.Call) else called.value
        may_be_none = name_of(called) in own_names or any(fails(node) for node in nodes_of(body))
        attempt(lambda: eval(code_of(ast.Expression(value), 'tests.py', 'eval'), space), not may_be_none)
    def attempt_method(case):
        result = unittest.TestResult()
        unittest.TestSuite([case]).run(result)
        for _, text in result.failures + result.errors:
            raise AssertionError(text.strip().split('\\n')[-1])
        if result.testsRun != 1 or result.skipped or not result.wasSuccessful():
            raise AssertionError('the test did not run to its end')
    def run_program():
        for statement in body:
            if isinstance(statement, ast.Assert) and asserts:
                attempt(lambda: run([statement]))
            elif value_of(body) is not None:
                attempt_body(body)
            else:
                run([statement])
        for name in test_functions:
            attempt(space[name])
        cases = [space[s.name](name) for s in test_classes for name in unittest.defaultTestLoader.getTestCaseNames(space[s.name])]
        if len(cases) + len(test_functions) > total:
            tell('total', total=len(cases) + len(test_functions))
        for case in cases:
            attempt(lambda: attempt_method(case))
        if not (asserts or test_functions or cases or value_of(body) is not None):
            tell('test', isPassed=True)
    try:
        response = code_of(job['code'], 'response.py', 'exec')
    except BaseException as error:
        # Code that is none passes no test, whatever the tests are.
        tell('problem', problem=described(error))
        tell('done')
        leave(0)
    try:
        exec(response, space)
    except BaseException as error:
        tell('problem', problem=described(error))
    if is_program:
        try:
            run_program()
        except BaseException as error:
            tell('problem', problem=described(error))
    else:
        for body, sets_up in bodies:
            if sets_up:
                try:
                    run(body)
                except BaseException as error:
                    tell('problem', problem=described(error))
            else:
                attempt_body(body)
    tell('done')
    leave(0)
_main()
`
