"""What `from MODULE import *` binds, for modules of the standard library that people import so.

The union over Python 3.10 to 3.13. A table, because a hook imports nothing of the user's, and
because the findings must not depend on which Python checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STAR_EXPORTS: dict[str, str] = {
    "abc": """
        ABC ABCMeta abstractclassmethod abstractmethod abstractproperty abstractstaticmethod
        get_cache_token update_abstractmethods
    """,
    "argparse": """
        Action ArgumentDefaultsHelpFormatter ArgumentError ArgumentParser ArgumentTypeError
        BooleanOptionalAction FileType HelpFormatter MetavarTypeHelpFormatter Namespace
        ONE_OR_MORE OPTIONAL PARSER REMAINDER RawDescriptionHelpFormatter RawTextHelpFormatter
        SUPPRESS ZERO_OR_MORE
    """,
    "base64": """
        a85decode a85encode b16decode b16encode b32decode b32encode b32hexdecode b32hexencode
        b64decode b64encode b85decode b85encode decode decodebytes encode encodebytes
        standard_b64decode standard_b64encode urlsafe_b64decode urlsafe_b64encode z85decode
        z85encode
    """,
    "bisect": "bisect bisect_left bisect_right insort insort_left insort_right",
    "calendar": """
        APRIL AUGUST Calendar DECEMBER Day FEBRUARY FRIDAY HTMLCalendar IllegalMonthError
        IllegalWeekdayError JANUARY JULY JUNE LocaleHTMLCalendar LocaleTextCalendar MARCH MAY
        MONDAY Month NOVEMBER OCTOBER SATURDAY SEPTEMBER SUNDAY THURSDAY TUESDAY TextCalendar
        WEDNESDAY calendar day_abbr day_name firstweekday isleap leapdays month month_abbr
        month_name monthcalendar monthrange prcal prmonth setfirstweekday timegm weekday
        weekheader
    """,
    "cmath": """
        acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log
        log10 nan nanj phase pi polar rect sin sinh sqrt tan tanh tau
    """,
    "collections": """
        ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque namedtuple
    """,
    "concurrent.futures": """
        ALL_COMPLETED BrokenExecutor CancelledError Executor FIRST_COMPLETED FIRST_EXCEPTION
        Future InvalidStateError ProcessPoolExecutor ThreadPoolExecutor TimeoutError as_completed
        wait
    """,
    "contextlib": """
        AbstractAsyncContextManager AbstractContextManager AsyncExitStack ContextDecorator
        ExitStack aclosing asynccontextmanager chdir closing contextmanager nullcontext
        redirect_stderr redirect_stdout suppress
    """,
    "copy": "Error copy deepcopy replace",
    "csv": """
        Dialect DictReader DictWriter Error QUOTE_ALL QUOTE_MINIMAL QUOTE_NONE QUOTE_NONNUMERIC
        QUOTE_NOTNULL QUOTE_STRINGS Sniffer __doc__ __version__ excel excel_tab field_size_limit
        get_dialect list_dialects reader register_dialect unix_dialect unregister_dialect writer
    """,
    "dataclasses": """
        Field FrozenInstanceError InitVar KW_ONLY MISSING asdict astuple dataclass field fields
        is_dataclass make_dataclass replace
    """,
    "datetime": "MAXYEAR MINYEAR UTC date datetime time timedelta timezone tzinfo",
    "decimal": """
        BasicContext Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple
        DefaultContext DivisionByZero DivisionImpossible DivisionUndefined ExtendedContext
        FloatOperation HAVE_CONTEXTVAR HAVE_THREADS Inexact InvalidContext InvalidOperation
        MAX_EMAX MAX_PREC MIN_EMIN MIN_ETINY Overflow ROUND_05UP ROUND_CEILING ROUND_DOWN
        ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP Rounded Subnormal
        Underflow getcontext localcontext setcontext
    """,
    "enum": """
        CONFORM CONTINUOUS EJECT Enum EnumCheck EnumDict EnumMeta EnumType Flag FlagBoundary
        IntEnum IntFlag KEEP NAMED_FLAGS ReprEnum STRICT StrEnum UNIQUE auto global_enum
        global_enum_repr global_flag_repr global_str member nonmember pickle_by_enum_name
        pickle_by_global_name property unique verify
    """,
    "fractions": "Fraction",
    "functools": """
        WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cached_property cmp_to_key lru_cache partial
        partialmethod reduce singledispatch singledispatchmethod total_ordering update_wrapper
        wraps
    """,
    "glob": "escape glob iglob translate",
    "hashlib": """
        algorithms_available algorithms_guaranteed blake2b blake2s file_digest md5 new pbkdf2_hmac
        sha1 sha224 sha256 sha384 sha3_224 sha3_256 sha3_384 sha3_512 sha512 shake_128 shake_256
    """,
    "heapq": "heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest",
    "html": "escape unescape",
    "io": """
        BlockingIOError BufferedIOBase BufferedRWPair BufferedRandom BufferedReader BufferedWriter
        BytesIO DEFAULT_BUFFER_SIZE FileIO IOBase IncrementalNewlineDecoder RawIOBase SEEK_CUR
        SEEK_END SEEK_SET StringIO TextIOBase TextIOWrapper UnsupportedOperation open open_code
        text_encoding
    """,
    "itertools": """
        accumulate batched chain combinations combinations_with_replacement compress count cycle
        dropwhile filterfalse groupby islice pairwise permutations product repeat starmap
        takewhile tee zip_longest
    """,
    "json": "JSONDecodeError JSONDecoder JSONEncoder dump dumps load loads",
    "logging": """
        BASIC_FORMAT BufferingFormatter CRITICAL DEBUG ERROR FATAL FileHandler Filter Formatter
        Handler INFO LogRecord Logger LoggerAdapter NOTSET NullHandler StreamHandler WARN WARNING
        addLevelName basicConfig captureWarnings critical debug disable error exception fatal
        getHandlerByName getHandlerNames getLevelName getLevelNamesMapping getLogRecordFactory
        getLogger getLoggerClass info lastResort log makeLogRecord raiseExceptions
        setLogRecordFactory setLoggerClass shutdown warn warning
    """,
    "math": """
        acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf
        erfc exp exp2 expm1 fabs factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose
        isfinite isinf isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm
        pi pow prod radians remainder sin sinh sqrt sumprod tan tanh tau trunc ulp
    """,
    "multiprocessing": """
        Array AuthenticationError Barrier BoundedSemaphore BufferTooShort Condition Event
        JoinableQueue Lock Manager Pipe Pool Process ProcessError Queue RLock RawArray RawValue
        Semaphore SimpleQueue TimeoutError Value active_children allow_connection_pickling cpu_count
        current_process freeze_support get_all_start_methods get_context get_logger get_start_method
        log_to_stderr parent_process reducer set_executable set_forkserver_preload set_start_method
    """,
    "numbers": "Complex Integral Number Rational Real",
    "operator": """
        abs add and_ attrgetter call concat contains countOf delitem eq floordiv ge getitem gt
        iadd iand iconcat ifloordiv ilshift imatmul imod imul index indexOf inv invert ior ipow
        irshift is_ is_not isub itemgetter itruediv ixor le length_hint lshift lt matmul
        methodcaller mod mul ne neg not_ or_ pos pow rshift setitem sub truediv truth xor
    """,
    "os": """
        CLD_CONTINUED CLD_DUMPED CLD_EXITED CLD_KILLED CLD_STOPPED CLD_TRAPPED CLONE_FILES CLONE_FS
        CLONE_NEWCGROUP CLONE_NEWIPC CLONE_NEWNET CLONE_NEWNS CLONE_NEWPID CLONE_NEWTIME
        CLONE_NEWUSER CLONE_NEWUTS CLONE_SIGHAND CLONE_SYSVSEM CLONE_THREAD CLONE_VM DirEntry
        EFD_CLOEXEC EFD_NONBLOCK EFD_SEMAPHORE EX_CANTCREAT EX_CONFIG EX_DATAERR EX_IOERR EX_NOHOST
        EX_NOINPUT EX_NOPERM EX_NOTFOUND EX_NOUSER EX_OK EX_OSERR EX_OSFILE EX_PROTOCOL EX_SOFTWARE
        EX_TEMPFAIL EX_UNAVAILABLE EX_USAGE F_LOCK F_OK F_TEST F_TLOCK F_ULOCK GRND_NONBLOCK
        GRND_RANDOM MFD_ALLOW_SEALING MFD_CLOEXEC MFD_HUGETLB MFD_HUGE_16GB MFD_HUGE_16MB
        MFD_HUGE_1GB MFD_HUGE_1MB MFD_HUGE_256MB MFD_HUGE_2GB MFD_HUGE_2MB MFD_HUGE_32MB
        MFD_HUGE_512KB MFD_HUGE_512MB MFD_HUGE_64KB MFD_HUGE_8MB MFD_HUGE_MASK MFD_HUGE_SHIFT
        NGROUPS_MAX O_ACCMODE O_APPEND O_ASYNC O_BINARY O_CLOEXEC O_CREAT O_DIRECT O_DIRECTORY
        O_DSYNC O_EVTONLY O_EXCL O_EXLOCK O_FSYNC O_LARGEFILE O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW
        O_NOFOLLOW_ANY O_NOINHERIT O_NONBLOCK O_PATH O_RANDOM O_RDONLY O_RDWR O_RSYNC O_SEQUENTIAL
        O_SHLOCK O_SHORT_LIVED O_SYMLINK O_SYNC O_TEMPORARY O_TEXT O_TMPFILE O_TRUNC O_WRONLY
        POSIX_FADV_DONTNEED POSIX_FADV_NOREUSE POSIX_FADV_NORMAL POSIX_FADV_RANDOM
        POSIX_FADV_SEQUENTIAL POSIX_FADV_WILLNEED POSIX_SPAWN_CLOSE POSIX_SPAWN_CLOSEFROM
        POSIX_SPAWN_DUP2 POSIX_SPAWN_OPEN PRIO_DARWIN_BG PRIO_DARWIN_NONUI PRIO_DARWIN_PROCESS
        PRIO_DARWIN_THREAD PRIO_PGRP PRIO_PROCESS PRIO_USER P_ALL P_DETACH P_NOWAIT P_NOWAITO
        P_OVERLAY P_PGID P_PID P_PIDFD P_WAIT RTLD_DEEPBIND RTLD_GLOBAL RTLD_LAZY RTLD_LOCAL
        RTLD_NODELETE RTLD_NOLOAD RTLD_NOW RWF_APPEND RWF_DSYNC RWF_HIPRI RWF_NOWAIT RWF_SYNC R_OK
        SCHED_BATCH SCHED_FIFO SCHED_IDLE SCHED_OTHER SCHED_RESET_ON_FORK SCHED_RR SEEK_CUR
        SEEK_DATA SEEK_END SEEK_HOLE SEEK_SET SF_MNOWAIT SF_NOCACHE SF_NODISKIO SF_SYNC
        SPLICE_F_MORE SPLICE_F_MOVE SPLICE_F_NONBLOCK ST_APPEND ST_MANDLOCK ST_NOATIME ST_NODEV
        ST_NODIRATIME ST_NOEXEC ST_NOSUID ST_RDONLY ST_RELATIME ST_SYNCHRONOUS ST_WRITE TFD_CLOEXEC
        TFD_NONBLOCK TFD_TIMER_ABSTIME TFD_TIMER_CANCEL_ON_SET TMP_MAX WCONTINUED WCOREDUMP WEXITED
        WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WNOHANG WNOWAIT WSTOPPED WSTOPSIG
        WTERMSIG WUNTRACED W_OK XATTR_CREATE XATTR_REPLACE XATTR_SIZE_MAX X_OK _exit abort access
        add_dll_directory altsep chdir chflags chmod chown chroot close closerange confstr
        confstr_names copy_file_range cpu_count ctermid curdir defpath device_encoding devnull dup
        dup2 environ environb error eventfd eventfd_read eventfd_write execl execle execlp execlpe
        execv execve execvp execvpe extsep fchdir fchmod fchown fdatasync fdopen fork forkpty
        fpathconf fsdecode fsencode fspath fstat fstatvfs fsync ftruncate fwalk get_blocking
        get_exec_path get_handle_inheritable get_inheritable get_terminal_size getcwd getcwdb
        getegid getenv getenvb geteuid getgid getgrouplist getgroups getloadavg getlogin getpgid
        getpgrp getpid getppid getpriority getrandom getresgid getresuid getsid getuid getxattr
        grantpt initgroups isatty kill killpg lchflags lchmod lchown linesep link listdir listdrives
        listmounts listvolumes listxattr lockf login_tty lseek lstat major makedev makedirs
        memfd_create minor mkdir mkfifo mknod name nice open openpty pardir path pathconf
        pathconf_names pathsep pidfd_open pipe pipe2 plock popen posix_fadvise posix_fallocate
        posix_openpt posix_spawn posix_spawnp pread preadv ptsname putenv pwrite pwritev read
        readlink readv register_at_fork remove removedirs removexattr rename renames replace rmdir
        scandir sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getparam
        sched_getscheduler sched_param sched_rr_get_interval sched_setaffinity sched_setparam
        sched_setscheduler sched_yield sendfile sep set_blocking set_handle_inheritable
        set_inheritable setegid seteuid setgid setgroups setns setpgid setpgrp setpriority setregid
        setresgid setresuid setreuid setsid setuid setxattr spawnl spawnle spawnlp spawnlpe spawnv
        spawnve spawnvp spawnvpe splice startfile stat stat_result statvfs statvfs_result strerror
        supports_bytes_environ symlink sync sysconf sysconf_names system tcgetpgrp tcsetpgrp
        terminal_size timerfd_create timerfd_gettime timerfd_gettime_ns timerfd_settime
        timerfd_settime_ns times times_result truncate ttyname umask uname uname_result unlink
        unlockpt unsetenv unshare urandom utime wait wait3 wait4 waitid waitid_result waitpid
        waitstatus_to_exitcode walk write writev
    """,
    "os.path": """
        abspath altsep basename commonpath commonprefix curdir defpath devnull dirname exists
        expanduser expandvars extsep getatime getctime getmtime getsize isabs isdevdrive isdir
        isfile isjunction islink ismount join lexists normcase normpath pardir pathsep realpath
        relpath samefile sameopenfile samestat sep split splitdrive splitext splitroot
        supports_unicode_filenames
    """,
    "pathlib": """
        Path PosixPath PurePath PurePosixPath PureWindowsPath UnsupportedOperation WindowsPath
    """,
    "pickle": """
        ADDITEMS APPEND APPENDS BINBYTES BINBYTES8 BINFLOAT BINGET BININT BININT1 BININT2 BINPERSID
        BINPUT BINSTRING BINUNICODE BINUNICODE8 BUILD BYTEARRAY8 DEFAULT_PROTOCOL DICT DUP
        EMPTY_DICT EMPTY_LIST EMPTY_SET EMPTY_TUPLE EXT1 EXT2 EXT4 FALSE FLOAT FRAME FROZENSET GET
        GLOBAL HIGHEST_PROTOCOL INST INT LIST LONG LONG1 LONG4 LONG_BINGET LONG_BINPUT MARK MEMOIZE
        NEWFALSE NEWOBJ NEWOBJ_EX NEWTRUE NEXT_BUFFER NONE OBJ PERSID POP POP_MARK PROTO PUT
        PickleBuffer PickleError Pickler PicklingError READONLY_BUFFER REDUCE SETITEM SETITEMS
        SHORT_BINBYTES SHORT_BINSTRING SHORT_BINUNICODE STACK_GLOBAL STOP STRING TRUE TUPLE TUPLE1
        TUPLE2 TUPLE3 UNICODE Unpickler UnpicklingError dump dumps load loads
    """,
    "pprint": "PrettyPrinter isreadable isrecursive pformat pp pprint saferepr",
    "queue": "Empty Full LifoQueue PriorityQueue Queue ShutDown SimpleQueue",
    "random": """
        Random SystemRandom betavariate binomialvariate choice choices expovariate gammavariate
        gauss getrandbits getstate lognormvariate normalvariate paretovariate randbytes randint
        random randrange sample seed setstate shuffle triangular uniform vonmisesvariate
        weibullvariate
    """,
    "re": """
        A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE Match NOFLAG Pattern PatternError
        RegexFlag S U UNICODE VERBOSE X compile error escape findall finditer fullmatch match
        purge search split sub subn template
    """,
    "shutil": """
        Error ExecError SameFileError SpecialFileError chown copy copy2 copyfile copyfileobj
        copymode copystat copytree disk_usage get_archive_formats get_terminal_size
        get_unpack_formats ignore_patterns make_archive move register_archive_format
        register_unpack_format rmtree unpack_archive unregister_archive_format
        unregister_unpack_format which
    """,
    "statistics": """
        NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean kde
        kde_random linear_regression mean median median_grouped median_high median_low mode
        multimode pstdev pvariance quantiles stdev variance
    """,
    "string": """
        Formatter Template ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits
        octdigits printable punctuation whitespace
    """,
    "struct": "Struct calcsize error iter_unpack pack pack_into unpack unpack_from",
    "subprocess": """
        ABOVE_NORMAL_PRIORITY_CLASS BELOW_NORMAL_PRIORITY_CLASS CREATE_BREAKAWAY_FROM_JOB
        CREATE_DEFAULT_ERROR_MODE CREATE_NEW_CONSOLE CREATE_NEW_PROCESS_GROUP CREATE_NO_WINDOW
        CalledProcessError CompletedProcess DETACHED_PROCESS DEVNULL HIGH_PRIORITY_CLASS
        IDLE_PRIORITY_CLASS NORMAL_PRIORITY_CLASS PIPE Popen REALTIME_PRIORITY_CLASS
        STARTF_FORCEOFFFEEDBACK STARTF_FORCEONFEEDBACK STARTF_USESHOWWINDOW STARTF_USESTDHANDLES
        STARTUPINFO STDOUT STD_ERROR_HANDLE STD_INPUT_HANDLE STD_OUTPUT_HANDLE SW_HIDE
        SubprocessError TimeoutExpired call check_call check_output getoutput getstatusoutput run
    """,
    "tempfile": """
        NamedTemporaryFile SpooledTemporaryFile TMP_MAX TemporaryDirectory TemporaryFile
        gettempdir gettempdirb gettempprefix gettempprefixb mkdtemp mkstemp mktemp tempdir
    """,
    "textwrap": "TextWrapper dedent fill indent shorten wrap",
    "threading": """
        Barrier BoundedSemaphore BrokenBarrierError Condition Event ExceptHookArgs Lock RLock
        Semaphore TIMEOUT_MAX Thread ThreadError Timer active_count current_thread enumerate
        excepthook get_ident get_native_id getprofile gettrace local main_thread setprofile
        setprofile_all_threads settrace settrace_all_threads stack_size
    """,
    "time": """
        CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME
        CLOCK_TAI CLOCK_THREAD_CPUTIME_ID altzone asctime clock_getres clock_gettime
        clock_gettime_ns clock_settime clock_settime_ns ctime daylight get_clock_info gmtime
        localtime mktime monotonic monotonic_ns perf_counter perf_counter_ns process_time
        process_time_ns pthread_getcpuclockid sleep strftime strptime struct_time thread_time
        thread_time_ns time time_ns timezone tzname tzset
    """,
    "timeit": "Timer default_timer repeat timeit",
    "tkinter": """
        ACTIVE ALL ANCHOR ARC BASELINE BEVEL BOTH BOTTOM BROWSE BUTT BaseWidget BitmapImage
        BooleanVar Button CASCADE CENTER CHAR CHECKBUTTON CHORD COMMAND CURRENT CallWrapper Canvas
        Checkbutton DISABLED DOTBOX DoubleVar E END EW EXCEPTION EXTENDED Entry Event EventType
        FALSE FIRST FLAT Frame GROOVE Grid HIDDEN HORIZONTAL INSERT INSIDE Image IntVar LAST LEFT
        Label LabelFrame Listbox MITER MOVETO MULTIPLE Menu Menubutton Message Misc N NE NO NONE
        NORMAL NS NSEW NUMERIC NW NoDefaultRoot OFF ON OUTSIDE OptionMenu PAGES PIESLICE
        PROJECTING Pack PanedWindow PhotoImage Place RADIOBUTTON RAISED READABLE RIDGE RIGHT ROUND
        Radiobutton S SCROLL SE SEL SEL_FIRST SEL_LAST SEPARATOR SINGLE SOLID SUNKEN SW Scale
        Scrollbar Spinbox StringVar TOP TRUE Tcl TclError TclVersion Text Tk TkVersion Toplevel
        UNDERLINE UNITS VERTICAL Variable W WORD WRITABLE Widget Wm X XView Y YES YView getboolean
        getdouble getint image_names image_types mainloop
    """,
    "tkinter.filedialog": """
        Directory FileDialog LoadFileDialog Open SaveAs SaveFileDialog askdirectory askopenfile
        askopenfilename askopenfilenames askopenfiles asksaveasfile asksaveasfilename
    """,
    "tkinter.messagebox": """
        askokcancel askquestion askretrycancel askyesno askyesnocancel showerror showinfo
        showwarning
    """,
    "tkinter.ttk": """
        Button Checkbutton Combobox Entry Frame Label LabelFrame LabeledScale Labelframe
        Menubutton Notebook OptionMenu PanedWindow Panedwindow Progressbar Radiobutton Scale
        Scrollbar Separator Sizegrip Spinbox Style Treeview setup_master tclobjs_to_py
    """,
    "traceback": """
        FrameSummary StackSummary TracebackException clear_frames extract_stack extract_tb
        format_exc format_exception format_exception_only format_list format_stack format_tb
        print_exc print_exception print_last print_stack print_tb walk_stack walk_tb
    """,
    "turtle": """
        Pen RawPen RawTurtle Screen ScrolledCanvas Shape Terminator Turtle TurtleScreen Vec2D
        addshape back backward begin_fill begin_poly bgcolor bgpic bk bye circle clear clearscreen
        clearstamp clearstamps clone color colormode degrees delay distance done dot down end_fill
        end_poly exitonclick fd fillcolor filling forward get_poly get_shapepoly getcanvas getpen
        getscreen getshapes getturtle goto heading hideturtle home ht isdown isvisible left listen
        lt mainloop mode numinput onclick ondrag onkey onkeypress onkeyrelease onrelease
        onscreenclick ontimer pd pen pencolor pendown pensize penup pos position pu radians
        register_shape reset resetscreen resizemode right rt screensize seth setheading setpos
        setposition settiltangle setundobuffer setup setworldcoordinates setx sety shape shapesize
        shapetransform shearfactor showturtle speed st stamp teleport textinput tilt tiltangle
        title towards tracer turtles turtlesize undo undobufferentries up update width
        window_height window_width write write_docstringdict xcor ycor
    """,
    "types": """
        AsyncGeneratorType BuiltinFunctionType BuiltinMethodType CapsuleType CellType
        ClassMethodDescriptorType CodeType CoroutineType DynamicClassAttribute EllipsisType
        FrameType FunctionType GeneratorType GenericAlias GetSetDescriptorType LambdaType
        MappingProxyType MemberDescriptorType MethodDescriptorType MethodType MethodWrapperType
        ModuleType NoneType NotImplementedType SimpleNamespace TracebackType UnionType
        WrapperDescriptorType coroutine get_original_bases new_class prepare_class resolve_bases
    """,
    "typing": """
        AbstractSet Annotated Any AnyStr AsyncContextManager AsyncGenerator AsyncIterable
        AsyncIterator Awaitable BinaryIO ByteString Callable ChainMap ClassVar Collection
        Concatenate Container ContextManager Coroutine Counter DefaultDict Deque Dict Final
        ForwardRef FrozenSet Generator Generic Hashable IO ItemsView Iterable Iterator KeysView
        List Literal LiteralString Mapping MappingView Match MutableMapping MutableSequence
        MutableSet NamedTuple Never NewType NoDefault NoReturn NotRequired Optional OrderedDict
        ParamSpec ParamSpecArgs ParamSpecKwargs Pattern Protocol ReadOnly Required Reversible Self
        Sequence Set Sized SupportsAbs SupportsBytes SupportsComplex SupportsFloat SupportsIndex
        SupportsInt SupportsRound TYPE_CHECKING Text TextIO Tuple Type TypeAlias TypeAliasType
        TypeGuard TypeIs TypeVar TypeVarTuple TypedDict Union Unpack ValuesView assert_never
        assert_type cast clear_overloads dataclass_transform final get_args get_origin
        get_overloads get_protocol_members get_type_hints is_protocol is_typeddict no_type_check
        no_type_check_decorator overload override reveal_type runtime_checkable
    """,
    "urllib.parse": """
        DefragResult DefragResultBytes ParseResult ParseResultBytes SplitResult SplitResultBytes
        parse_qs parse_qsl quote quote_from_bytes quote_plus unquote unquote_plus unquote_to_bytes
        urldefrag urlencode urljoin urlparse urlsplit urlunparse urlunsplit
    """,
    "urllib.request": """
        AbstractBasicAuthHandler AbstractDigestAuthHandler BaseHandler CacheFTPHandler DataHandler
        FTPHandler FancyURLopener FileHandler HTTPBasicAuthHandler HTTPCookieProcessor
        HTTPDefaultErrorHandler HTTPDigestAuthHandler HTTPErrorProcessor HTTPHandler
        HTTPPasswordMgr HTTPPasswordMgrWithDefaultRealm HTTPPasswordMgrWithPriorAuth
        HTTPRedirectHandler HTTPSHandler OpenerDirector ProxyBasicAuthHandler
        ProxyDigestAuthHandler ProxyHandler Request URLopener UnknownHandler build_opener
        getproxies install_opener pathname2url url2pathname urlcleanup urlopen urlretrieve
    """,
    "uuid": """
        Enum NAMESPACE_DNS NAMESPACE_OID NAMESPACE_URL NAMESPACE_X500 RESERVED_FUTURE
        RESERVED_MICROSOFT RESERVED_NCS RFC_4122 SafeUUID UUID bytes_ getnode int_ main os platform
        sys uuid1 uuid3 uuid4 uuid5
    """,
    "warnings": """
        catch_warnings deprecated filterwarnings formatwarning resetwarnings showwarning
        simplefilter warn warn_explicit
    """,
    "xml.etree.ElementTree": """
        C14NWriterTarget Comment Element ElementTree PI ParseError ProcessingInstruction QName
        SubElement TreeBuilder VERSION XML XMLID XMLParser XMLPullParser canonicalize dump
        fromstring fromstringlist indent iselement iterparse parse register_namespace tostring
        tostringlist
    """,
    "zipfile": """
        BadZipFile BadZipfile LargeZipFile Path PyZipFile ZIP_BZIP2 ZIP_DEFLATED ZIP_LZMA
        ZIP_STORED ZipFile ZipInfo error is_zipfile
    """,
}


class Exports:
    """What star imports bind; `local` are modules beside the notebook, None for an unreadable one.

    A module of the job directory hides Python's own one, unless that is loaded already: both count.
    Two are never equal: what was found with one is not taken for what another would give.
    """

    def __init__(self, local: Mapping[str, frozenset[str] | None] = MappingProxyType({})) -> None:
        self.local = local

    def of(self, module: str) -> frozenset[str] | None:
        """The names; None where nobody can know them. A relative module begins with dots."""
        found = STAR_EXPORTS.get(module)
        python = None if found is None else frozenset(found.split())
        if module not in self.local:
            return python
        local = self.local[module]
        return None if local is None else local.union(python or ())


ONLY_PYTHON = Exports()
