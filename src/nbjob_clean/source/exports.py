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
    "numbers": "Complex Integral Number Rational Real",
    "operator": """
        abs add and_ attrgetter call concat contains countOf delitem eq floordiv ge getitem gt
        iadd iand iconcat ifloordiv ilshift imatmul imod imul index indexOf inv invert ior ipow
        irshift is_ is_not isub itemgetter itruediv ixor le length_hint lshift lt matmul
        methodcaller mod mul ne neg not_ or_ pos pow rshift setitem sub truediv truth xor
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
