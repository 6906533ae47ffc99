/**
 * The Python program that runs a response's code and its tests. Reads the job from standard input, tells JSON lines on file
 * descriptor 3, each with a token that the code has not been told. Before the code it lowers its own limits and installs
 * an audit hook, which cannot be taken off again, that refuses processes, sockets, C libraries, signals and changes to
 * files. Code and tests share one interpreter, so code that sets out to cheat (it can look for the token in memory) is
 * not stopped by this; and an audit hook is a guard rail, not a wall.
 */
export const pythonHarness = `
def _main():
    import ast, builtins, json, os, sys, traceback
    job = json.loads(sys.stdin.buffer.read())
    sys.path[:] = [entry for entry in sys.path if entry]
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
    statements = None
    functions = []
    if isinstance(tests, str):
        try:
            statements = ast.parse(tests, 'tests.py').body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            tell('bad-tests', problem=described(error))
            leave(0)
        functions = [s.name for s in statements if isinstance(s, ast.FunctionDef) and s.name.startswith('test_')]
        asserts = [s for s in statements if isinstance(s, ast.Assert)]
        total = len(functions) or len(asserts) or 1
    else:
        total = len(tests)
    tell('ready')
    tell('total', total=total)
    sys.addaudithook(guard)
    space = {'__name__': 'response', '__builtins__': builtins}
    def run(body):
        module = ast.Module(body, [])
        exec(code_of(module, 'tests.py', 'exec'), space)
    def attempt(work):
        try:
            if work() is False:
                raise AssertionError('the test is false')
        except BaseException as error:
            tell('test', isPassed=False, problem=described(error))
        else:
            tell('test', isPassed=True)
    def entry(source):
        body = ast.parse(source, 'tests.py').body
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            return eval(code_of(ast.Expression(body[0].value), 'tests.py', 'eval'), space)
        run(body)
    try:
        exec(code_of(job['code'], 'response.py', 'exec'), space)
    except BaseException as error:
        tell('problem', problem=described(error))
    if statements is None:
        for source in tests:
            attempt(lambda: entry(source))
    else:
        try:
            for statement in statements:
                if isinstance(statement, ast.Assert) and not functions:
                    attempt(lambda: run([statement]))
                else:
                    run([statement])
            if not functions and not asserts:
                tell('test', isPassed=True)
            for name in functions:
                attempt(space[name])
        except BaseException as error:
            tell('problem', problem=described(error))
    tell('done')
    leave(0)
_main()
`
