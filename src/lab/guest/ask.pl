# Sends requests from the clients of a running lab, one after the other, and says what came of each and which frames there
# were on the drawn networks meanwhile. Runs on the machine that carries the hosts, in the switch's namespace. Standard
# input (after this program): lines of asking/job.ts; standard output: lines for asking/answers.ts.
use Errno qw(EAGAIN EINTR EINPROGRESS ECONNRESET);
use Fcntl;

my ($SYS_setns, $SYS_clock_gettime) = (308, 228);    # x86-64, as is the machine
my $CLONE_NEWNET = 0x40000000;
my ($CONNECT_LIMIT, $DATA_LIMIT) = (7_000, 5_000);   # ms; three unanswered ARP requests take 3 s
my $QUIET = 300;                                     # ms in which what is still on its way arrives
my $ESTIMATOR = 2.5;                                 # s; IPVS brings its statistics up to date every two
my $CHUNK = 65_536;

$SIG{PIPE} = 'IGNORE';
$| = 1;

my (%ports, %namespaces, @hosts, @tables, @requests);

sub clock { my $time = "\0" x 16; syscall($SYS_clock_gettime, 1, $time); my ($s, $n) = unpack 'q q', $time; return $s * 1000 + int($n / 1e6); }

sub enter { my ($name) = @_; syscall($SYS_setns, fileno $namespaces{$name}, $CLONE_NEWNET) == 0 or die "setns: $!"; }

sub open_namespace { my ($name, $path) = @_; open(my $handle, '<', $path) or die "$path: $!"; $namespaces{$name} = $handle; }

sub lines_of { my ($path) = @_; open(my $file, '<', $path) or return; return <$file>; }

sub read_job {
    while (my $line = <DATA>) {
        my ($word, @rest) = split ' ', $line;
        if ($word eq 'port') {
            my ($number, $device) = @rest;
            my ($index) = lines_of("/sys/class/net/$device/ifindex");
            die "there is no device $device" unless defined $index;
            chomp $index;
            $ports{$index} = $number;
        }
        elsif ($word eq 'host') { push @hosts, $rest[0]; open_namespace($rest[0], "/run/netns/$rest[0]"); }
        elsif ($word eq 'table') { push @tables, $rest[0]; }
        elsif ($word eq 'request') {
            my %request;
            @request{qw(client protocol address port up down)} = @rest;
            push @requests, { %request, number => scalar @requests, name => '-', state => 'silent', error => 0, own_port => 0, received => 0 };
        }
        else { die "a job has no '$word'\n"; }
    }
}

sub endpoint { my ($address, $port) = @_; return $address =~ /:/ ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_pton(AF_INET, $address)); }

sub port_of { my ($packed) = @_; return sockaddr_family($packed) == AF_INET ? (unpack_sockaddr_in($packed))[0] : (unpack_sockaddr_in6($packed))[0]; }

# Whether a socket can be read or written before the limit.
sub ready {
    my ($socket, $writing, $limit) = @_;
    while ((my $left = $limit - clock()) > 0) {
        my ($read, $write) = ('', '');
        vec($writing ? $write : $read, fileno $socket, 1) = 1;
        my $count = select($read, $write, undef, $left / 1000);
        return 1 if $count > 0;
    }
    return 0;
}

sub ended { my ($request, $state, $error) = @_; @$request{qw(state error)} = ($state, $error + 0); }

sub ask {
    my ($request) = @_;
    my $udp = $request->{protocol} eq 'udp';
    my $to = endpoint(@$request{qw(address port)});
    socket(my $socket, sockaddr_family($to), $udp ? SOCK_DGRAM : SOCK_STREAM, 0) or return ended($request, 'failed', $!);
    fcntl($socket, F_SETFL, O_NONBLOCK);
    my $limit = clock() + $CONNECT_LIMIT;
    if (!connect($socket, $to)) {
        my $error = $! + 0;
        return ended($request, 'failed', $error) unless $error == EINPROGRESS;
    }
    $request->{own_port} = port_of(getsockname $socket);
    if ($udp) { ask_datagram($request, $socket, $limit); }
    else { ask_stream($request, $socket, $limit); }
    close $socket;
}

sub ask_datagram {
    my ($request, $socket, $limit) = @_;
    send($socket, "?\n", 0) or return ended($request, 'failed', $!);
    return unless ready($socket, 0, $limit);
    my $data;
    return ended($request, 'failed', $!) unless defined recv($socket, $data, $CHUNK, 0);
    $request->{name} = (split ' ', $data)[0];
    ended($request, 'answered', 0);
}

sub ask_stream {
    my ($request, $socket, $limit) = @_;
    return unless ready($socket, 1, $limit);
    my $error = unpack 'l', getsockopt($socket, SOL_SOCKET, SO_ERROR);
    # A reset of what was never there is ECONNREFUSED: this one was there before we looked.
    return ended($request, $error == ECONNRESET ? 'broken' : 'failed', $error) if $error != 0;
    my $out = "POST /bytes/$request->{down} HTTP/1.0\r\nContent-Length: $request->{up}\r\n\r\n" . 'u' x $request->{up};
    my $in = '';
    while (1) {
        return ended($request, 'stalled', 0) unless ready($socket, $out ne '', clock() + $DATA_LIMIT);
        if ($out ne '') {
            my $count = syswrite($socket, $out);
            if (defined $count) { substr($out, 0, $count, ''); }
            elsif ($! != EAGAIN && $! != EINTR) { return ended($request, 'broken', $!); }
            next;
        }
        my $count = sysread($socket, my $data, $CHUNK);
        if (!defined $count) { next if $! == EAGAIN || $! == EINTR; return ended($request, 'broken', $!); }
        if ($count == 0) {
            # An answer that is cut short is none.
            return ended($request, $request->{received} >= $request->{down} && $request->{name} ne '-' ? 'answered' : 'broken', 0);
        }
        if ($request->{name} eq '-') {
            $in .= $data;
            next unless $in =~ s/\A.*?\r\n\r\n(\S+) [^\n]*\n//s;
            $request->{name} = $1;
            $data = $in;
        }
        $request->{received} += length $data;
    }
}

# What an earlier request has taught a host (redirects, path MTUs) is no part of the next one.
sub forget_routes {
    for my $host (@hosts) {
        enter($host);
        for my $family (qw(ipv4 ipv6)) {
            open(my $file, '>', "/proc/sys/net/$family/route/flush") or next;
            syswrite($file, "1\n");
        }
    }
}

sub tell_state {
    my ($number, $when) = @_;
    for my $host (@tables) {
        enter($host);
        print "counter $number $when $host $_" for lines_of('/proc/net/ip_vs_stats_percpu');
    }
    return if $when eq 'before';
    for my $host (@hosts) {
        enter($host);
        print "neighbour $number $host $_" for lines_of('/proc/net/arp');
    }
}

read_job();
open_namespace('', '/proc/self/ns/net');
my $capture = open_capture(1);
for my $request (@requests) {
    my $number = $request->{number};
    forget_routes();
    tell_state($number, 'before');
    read_frames($capture, sub { });
    enter($request->{client});
    ask($request);
    select(undef, undef, undef, $QUIET / 1000);
    read_frames($capture, sub { my ($index, $frame) = @_; print "frame $number $ports{$index} ", unpack('H*', $frame), "\n" if defined $ports{$index}; });
    tell_state($number, 'after');
    print join(' ', 'request', @$request{qw(number state error name own_port received)}), "\n";
}
select(undef, undef, undef, $ESTIMATOR) if @tables;
for my $host (@tables) {
    enter($host);
    for (qx(ipvsadm -L -n --stats --exact)) { print "table $host $_"; }
}
print "done\n";
