# Many drawn clusters at once in network namespaces of one kernel: makes them, sends requests, and says what came of
# each. Standard input (after this program): lines of a job (kernel-run/job.ts); standard output: lines of results
# (kernel-run/results.ts). All of it disappears with this process, whose descriptors are the namespaces' only names.
use Errno qw(EAGAIN ECONNRESET EINTR EINPROGRESS);
use Fcntl;

my ($SYS_setns, $SYS_unshare, $SYS_clock_gettime) = (308, 272, 228);    # x86-64, as is the machine
my ($SYS_epoll_create1, $SYS_epoll_ctl, $SYS_epoll_wait) = (291, 233, 232);
my $CLONE_NEWNET = 0x40000000;
my ($EPOLLIN, $EPOLLOUT, $EPOLLERR, $EPOLLHUP) = (1, 4, 8, 16);
my ($IP_FREEBIND, $IPV6_FREEBIND, $IPV6_ONLY) = (15, 78, 26);
my $FIRST_PORT = 100_000;    # device index of the first port; bridges and lo are below
my $WORKERS = 2;
my $STAGGER = 15;            # ms between two requests: more at once only wait for each other
# ms. Three unanswered ARP requests take 3 s, and as long again on their way to a client; a connection is stuck when for
# so long no byte has arrived anywhere, however slow the machine is.
my ($CONNECT_LIMIT, $STUCK_LIMIT) = (8_000, 5_000);
# ms that one look at what has come counts for at most: a machine that does not get to run has not been waited for.
my ($WAIT, $MOST_OF_A_LOOK) = (100, 150);
my $CHUNK = 65_536;

$SIG{PIPE} = 'IGNORE';
$| = 1;

my (@cases, @ports, @requests, %named);

sub clock { my $time = "\0" x 16; syscall($SYS_clock_gettime, 1, $time); my ($s, $n) = unpack 'q q', $time; return $s * 1000 + int($n / 1e6); }

# How long has been waited, in ms: what was lost between two looks while somebody else had the processor does not count.
my ($waited, $looked) = (0);
sub look_at_clock {
    my $now = clock();
    my $since = $now - ($looked // $now);
    $waited += $since > $MOST_OF_A_LOOK ? $MOST_OF_A_LOOK : $since;
    $looked = $now;
    return $waited;
}

sub put { my ($path, $value) = @_; open(my $file, '>', $path) or return "$!"; syswrite($file, $value) // return "$!"; return; }

sub new_namespace {
    syscall($SYS_unshare, $CLONE_NEWNET) == 0 or die "unshare: $!";
    open(my $handle, '<', '/proc/self/ns/net') or die "namespace: $!";
    return $handle;
}

sub enter { my ($handle) = @_; syscall($SYS_setns, fileno $handle, $CLONE_NEWNET) == 0 or die "setns: $!"; }

sub problem { my ($host, $text) = @_; chomp $text; $text =~ s/\n/; /g; print "problem $host->{case} $host->{name} $text\n"; }

# Feeds lines to a program in the namespace we are in.
sub feed {
    my ($host, $lines, @command) = @_;
    return unless @$lines;
    my $file = "/run/kernel-run.$$";
    open(my $input, '>', $file) or die "$file: $!";
    print $input map { "$_\n" } @$lines;
    close $input;
    # Without a shell between: it would cost as much as the program.
    my $child = open(my $output, '-|') // die "fork: $!";
    if ($child == 0) {
        open(STDIN, '<', $file) && open(STDERR, '>&', \*STDOUT) && exec(@command);
        die "$command[0]: $!\n";
    }
    my $said = join '', <$output>;
    close $output;
    problem($host, "$command[0]: $said") if $? != 0 || $said ne '';
}

sub read_job {
    my ($case, $host);
    while (my $line = <DATA>) {
        chomp $line;
        my ($word, $rest) = split / /, $line, 2;
        if ($word eq 'case') { $case = { id => $rest, networks => [], hosts => [] }; push @cases, $case; }
        elsif ($word eq 'network') { push @{ $case->{networks} }, $rest; }
        elsif ($word eq 'host') {
            $host = { name => $rest, case => $case->{id}, links => [] };
            $host->{$_} = [] for qw(device write ip ipvs nft listen);
            push @{ $case->{hosts} }, $host;
            $named{"$case->{id} $rest"} = $host;
        }
        elsif ($word eq 'link') {
            my ($name, $network, $mac, $mtu) = split ' ', $rest;
            push @ports, { host => $host, name => $name, network => $network, mac => $mac, mtu => $mtu, case => $case };
            push @{ $host->{links} }, $name;
        }
        elsif ($word eq 'request') {
            my ($of, $from, $protocol, $address, $port, $up, $down) = split ' ', $rest;
            push @requests, {
                number => scalar @requests, case => $of, host => $named{"$of $from"}, protocol => $protocol,
                address => $address, port => $port, up => $up, down => $down, state => 'waiting', received => 0, error => 0,
                name => '-', port_of_client => 0, in => '', out => '',
            };
        }
        elsif (ref $host->{$word}) { push @{ $host->{$word} }, $rest; }
        else { die "a job has no '$word'\n"; }
    }
}

# The switch: a bridge a network, and a veth pair a port whose other end begins its life inside the host.
sub wire {
    my @lines;
    my $bridges = 0;
    for my $case (@cases) {
        for my $number (0 .. $#{ $case->{networks} }) {
            $bridges += 1;
            $case->{bridges}[$number] = "b$bridges";
            push @lines, "link add dev b$bridges mtu $case->{networks}[$number] up type bridge stp_state 0 forward_delay 0 mcast_snooping 0";
        }
    }
    for my $index (0 .. $#ports) {
        my $port = $ports[$index];
        my ($bridge, $mtu) = map { $port->{case}{$_}[ $port->{network} ] } qw(bridges networks);
        my $into = "/proc/$$/fd/" . fileno $port->{host}{namespace};
        push @lines, 'link add dev s' . $index . " mtu $mtu master $bridge up index " . ($FIRST_PORT + $index)
            . " type veth peer name $port->{name} address $port->{mac} mtu $port->{mtu} netns $into";
    }
    feed({ case => '-', name => 'switch' }, \@lines, qw(ip -force -batch -));
}

sub set_up_host {
    my ($host) = @_;
    enter($host->{namespace});
    my $names = join '', map { "$_\n" } @{ $host->{links} };
    {
        open(my $list, '<', \$names) or die "offload: $!";
        local *STDIN = $list;
        defined(do '/lab/bin/offload.pl') or $@ eq '' or die "offload: $@";
    }
    feed($host, $host->{device}, qw(ip -force -batch -));
    for (@{ $host->{write} }) {
        my ($path, $value) = split / /, $_, 2;
        my $error = put("/proc/sys/$path", $value);
        problem($host, "sysctl $path: $error") if defined $error;
    }
    feed($host, $host->{ip}, qw(ip -force -batch -));
    feed($host, $host->{ipvs}, qw(ipvsadm -R));
    feed($host, $host->{nft}, qw(nft -f -));
}

# An emulated processor spends most of the time on starting programs.
sub set_up_hosts {
    my @hosts = map { @{ $_->{hosts} } } @cases;
    my @children;
    for my $worker (0 .. $WORKERS - 1) {
        my $child = fork() // die "fork: $!";
        if ($child == 0) {
            for my $index (0 .. $#hosts) { set_up_host($hosts[$index]) if $index % $WORKERS == $worker; }
            exit 0;
        }
        push @children, $child;
    }
    for (@children) { waitpid $_, 0; die "a worker ended with status $?\n" if $? != 0; }
}

my (%watched, $epoll);

sub watch {
    my ($socket, $events, $on_event) = @_;
    my $fd = fileno $socket;
    my $again = exists $watched{$fd};
    $watched{$fd} = [$socket, $on_event];
    my $event = pack 'L Q', $events, $fd;
    syscall($SYS_epoll_ctl, $epoll, $again ? 3 : 1, $fd, $event) == 0 or die "epoll: $!";
}

sub forget { my ($socket) = @_; delete $watched{ fileno $socket }; close $socket; }

sub endpoint { my ($address, $port) = @_; return $address =~ /:/ ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_pton(AF_INET, $address)); }

sub port_of { my ($packed) = @_; return sockaddr_family($packed) == AF_INET ? (unpack_sockaddr_in($packed))[0] : (unpack_sockaddr_in6($packed))[0]; }

sub new_socket {
    my ($protocol, $address) = @_;
    my ($type, $number) = $protocol eq 'udp' ? (SOCK_DGRAM, 17) : $protocol eq 'sctp' ? (SOCK_STREAM, 132) : (SOCK_STREAM, 6);
    my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
    socket(my $socket, $family, $type, $number) or return;
    fcntl($socket, F_SETFL, O_NONBLOCK);
    return $socket;
}

sub listen_at {
    my ($host, $protocol, $address, $port) = @_;
    my $socket = new_socket($protocol, $address) or return problem($host, "listen $protocol: $!");
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    setsockopt($socket, IPPROTO_IP, $IP_FREEBIND, 1);
    if ($address =~ /:/) {
        setsockopt($socket, IPPROTO_IPV6, $IPV6_ONLY, 1);
        setsockopt($socket, IPPROTO_IPV6, $IPV6_FREEBIND, 1);
    }
    bind($socket, endpoint($address, $port)) && ($protocol eq 'udp' || listen($socket, 64))
        or return problem($host, "listen $protocol $address $port: $!");
    watch($socket, $EPOLLIN, $protocol eq 'udp' ? sub { answer_datagrams($host, $socket) } : sub { accept_clients($host, $socket) });
}

sub answer_datagrams {
    my ($host, $socket) = @_;
    while (defined(my $peer = recv($socket, my $data, $CHUNK, 0))) {
        print 'server ', $host->{case}, ' ', $host->{name}, ' ', port_of($peer), ' ', length $data, "\n";
        send($socket, "$host->{name} " . length($data) . "\n", 0, $peer);
    }
}

# A client says how much it sends and wants: "UP DOWN\n", UP bytes; it gets "NAME UP\n", DOWN bytes.
sub accept_clients {
    my ($host, $listener) = @_;
    while (my $peer = accept(my $socket, $listener)) {
        fcntl($socket, F_SETFL, O_NONBLOCK);
        my $server = { socket => $socket, host => $host, peer => port_of($peer), in => '', received => 0, out => '' };
        push @{ $host->{servers} }, $server;
        watch($socket, $EPOLLIN, sub { serve($server, $_[0]) });
    }
}

sub serve {
    my ($server, $events) = @_;
    my $socket = $server->{socket};
    if ($server->{out} eq '') {
        while (my $count = sysread($socket, my $data, $CHUNK)) {
            if (defined $server->{wanted}) { $server->{received} += $count; next; }
            $server->{in} .= $data;
            next unless $server->{in} =~ s/\A(\d+) (\d+)\n//;
            ($server->{wanted}, $server->{down}) = ($1, $2);
            $server->{received} = length $server->{in};
        }
        return forget($socket) if $events & ($EPOLLERR | $EPOLLHUP);
        return unless defined $server->{wanted} && $server->{received} >= $server->{wanted};
        $server->{out} = "$server->{host}{name} $server->{received}\n" . 'd' x $server->{down};
        watch($socket, $EPOLLOUT, sub { serve($server, $_[0]) });
    }
    return forget($socket) if $events & ($EPOLLERR | $EPOLLHUP);
    my $count = syswrite($socket, $server->{out}) // return;
    substr($server->{out}, 0, $count, '');
    forget($socket) if $server->{out} eq '';
}

sub finish_request {
    my ($request, $state, $error) = @_;
    @$request{qw(state error)} = ($state, $error);
    forget($request->{socket});
}

sub send_request {
    my ($request) = @_;
    enter($request->{host}{namespace});
    my $to = endpoint(@$request{qw(address port)});
    my $socket = new_socket(@$request{qw(protocol address)}) or return @$request{qw(state error)} = ('failed', $! + 0);
    @$request{qw(socket state until)} = ($socket, 'connecting', $waited + $CONNECT_LIMIT);
    my $done = connect($socket, $to);
    my $error = $! + 0;
    $request->{port_of_client} = port_of(getsockname $socket) if $done || $error == EINPROGRESS;
    if (!$done && $error != EINPROGRESS) {
        @$request{qw(state error)} = ('failed', $error);
        return close $socket;
    }
    if ($request->{protocol} eq 'udp') {
        send($socket, 'x' x ($request->{up} || 1), 0) or $request->{error} = $! + 0;
        return watch($socket, $EPOLLIN, sub { datagram_came($request) });
    }
    watch($socket, $EPOLLOUT, sub { connected($request) });
}

sub datagram_came {
    my ($request) = @_;
    my $data;
    if (!defined recv($request->{socket}, $data, $CHUNK, 0)) {
        my $error = $! + 0;
        return finish_request($request, 'failed', $error);
    }
    $request->{name} = (split ' ', $data)[0];
    finish_request($request, 'answered', 0);
}

sub connected {
    my ($request) = @_;
    my $error = unpack 'l', getsockopt($request->{socket}, SOL_SOCKET, SO_ERROR);
    # A reset of what was never there is ECONNREFUSED: this one was there before we looked.
    return finish_request($request, $error == ECONNRESET ? 'broken' : 'failed', $error) if $error != 0;
    @$request{qw(state until arrived)} = ('connected', $waited + $STUCK_LIMIT, 0);
    # Of -1 bytes one is said to come and never does: the connection stays until the last request is sent.
    my $said = $request->{up} < 0 ? 1 : $request->{up};
    $request->{out} = "$said $request->{down}\n" . 'u' x $request->{up};
    watch($request->{socket}, $EPOLLIN | $EPOLLOUT, sub { exchange($request) });
}

sub exchange {
    my ($request) = @_;
    my $socket = $request->{socket};
    if ($request->{out} ne '') {
        my $count = syswrite($socket, $request->{out});
        if (!defined $count) { return finish_request($request, 'broken', $! + 0) unless $! == EAGAIN || $! == EINTR; }
        else { substr($request->{out}, 0, $count, ''); }
        watch($socket, $EPOLLIN, sub { exchange($request) }) if $request->{out} eq '';
    }
    while (1) {
        my $count = sysread($socket, my $data, $CHUNK);
        if (!defined $count) { return if $! == EAGAIN || $! == EINTR; return finish_request($request, 'broken', $! + 0); }
        return finish_request($request, 'answered', 0) if $count == 0;
        if ($request->{name} eq '-') {
            $request->{in} .= $data;
            next unless $request->{in} =~ s/\A(\S+) \d+\n//;
            $request->{name} = $1;
            $data = $request->{in};
        }
        $request->{received} += length $data;
    }
}

# Bytes of a connection that have come to either end.
sub arrived {
    my ($request) = @_;
    my $sum = $request->{received};
    for my $host (values %named) {
        next if $host->{case} ne $request->{case};
        for (@{ $host->{servers} // [] }) { $sum += $_->{received} if $_->{peer} == $request->{port_of_client}; }
    }
    return $sum;
}

sub give_up {
    my ($request, $now, $more) = @_;
    return finish_request($request, $request->{error} ? 'failed' : 'silent', $request->{error}) if $request->{state} ne 'connected';
    return $request->{until} = $now + $STUCK_LIMIT if $request->{up} < 0 && $more;
    my $arrived = arrived($request);
    return finish_request($request, 'stalled', 0) if $arrived == $request->{arrived};
    @$request{qw(arrived until)} = ($arrived, $now + $STUCK_LIMIT);
}

sub run_requests {
    my ($capture) = @_;
    my $take = sub { my ($index, $frame) = @_; print 'frame ', $index - $FIRST_PORT, ' ', unpack('H*', $frame), "\n"; };
    watch($capture, $EPOLLIN, sub { read_frames($capture, $take) });
    my @waiting = @requests;
    my $next = look_at_clock();
    my $quiet;
    while (1) {
        my $now = look_at_clock();
        while (@waiting && $now >= $next) { send_request(shift @waiting); $next += $STAGGER; }
        my @running = grep { $_->{state} eq 'connecting' || $_->{state} eq 'connected' } @requests;
        for (grep { $now > $_->{until} } @running) { give_up($_, $now, scalar @waiting); }
        # What is still on its way when the last one ended.
        if (!@waiting && !@running) { $quiet //= $now + 300; last if $now > $quiet; }
        my $events = "\0" x (12 * 64);
        my $count = syscall($SYS_epoll_wait, $epoll, $events, 64, @waiting ? 5 : $WAIT);
        for my $index (0 .. $count - 1) {
            my ($kinds, $fd) = unpack 'L Q', substr($events, $index * 12, 12);
            $watched{$fd}[1]->($kinds) if $watched{$fd};
        }
    }
    read_frames($capture, $take);
}

sub tell_tables {
    my ($host) = @_;
    enter($host->{namespace});
    my %tables = (neighbour => '/proc/net/arp', @{ $host->{ipvs} } ? (connection => '/proc/net/ip_vs_conn', counter => '/proc/net/ip_vs_stats_percpu') : ());
    for my $kind (sort keys %tables) {
        open(my $table, '<', $tables{$kind}) or next;
        for (<$table>) { print "$kind $host->{case} $host->{name} $_"; }
    }
}

read_job();
# New namespaces take the kernel's own settings, not those of the machine that carries them.
put('/proc/sys/net/core/devconf_inherit_init_net', 2);
# What hosts have learned is looked at in the end: below these numbers, of all namespaces together, no entry is thrown away.
for my $family (qw(ipv4 ipv6)) { put("/proc/sys/net/$family/neigh/default/gc_thresh$_", 1_000_000) for 3, 2, 1; }
my $started = clock();
my $switch = new_namespace();
put('/proc/sys/net/ipv6/conf/default/disable_ipv6', 1);
for my $case (@cases) {
    for my $host (@{ $case->{hosts} }) {
        $host->{namespace} = new_namespace();
        # No second without addresses while duplicates are looked for; no router is asked for.
        put("/proc/sys/net/ipv6/conf/default/$_", 0) for qw(accept_dad dad_transmits router_solicitations);
    }
}
print 'time namespaces ', clock() - $started, "\n";
enter($switch);
wire();
print 'time wire ', clock() - $started, "\n";
set_up_hosts();
print 'time hosts ', clock() - $started, "\n";
$epoll = syscall($SYS_epoll_create1, 0);
$epoll >= 0 or die "epoll: $!";
for my $host (map { @{ $_->{hosts} } } @cases) {
    enter($host->{namespace});
    listen_at($host, split ' ') for @{ $host->{listen} };
}
enter($switch);
my $capture = open_capture($FIRST_PORT);
print 'time listeners ', clock() - $started, "\n";
run_requests($capture);
print 'time requests ', clock() - $started, "\n";
for my $request (@requests) {
    print join(' ', 'request', @$request{qw(case number state error name port_of_client received)}), "\n";
}
for my $host (map { @{ $_->{hosts} } } @cases) {
    print "server $host->{case} $host->{name} $_->{peer} $_->{received}\n" for @{ $host->{servers} // [] };
    tell_tables($host);
}
print 'time end ', clock() - $started, "\n";
print "done\n";
