# Opens connections from one host of a lab to a service at a constant rate, each with a request, and says what came of them:
# ask.pl HOST ADDRESS PORT RATE HELD, until /tmp/load.stop is there. Runs on the machine that carries the hosts.
# HELD connections are opened first and stay open; each gets a line every second. No process, no thread and as few system
# calls as can be, since that is what a connection costs on an emulated processor.
use strict;
use warnings;
use Socket qw(:all);
use Errno qw(EAGAIN EINTR EINPROGRESS ECONNREFUSED ECONNRESET EPIPE);

my ($SYS_setns, $SYS_clock_gettime, $SYS_epoll_create1, $SYS_epoll_ctl, $SYS_epoll_wait) = (308, 228, 291, 233, 232);    # x86-64
my ($CLONE_NEWNET, $CLOCK_MONOTONIC, $TCP_QUICKACK) = (0x40000000, 1, 12);
my ($EPOLLIN, $EPOLLOUT, $EPOLLRDHUP, $EPOLLET, $EPOLL_CTL_ADD) = (0x1, 0x4, 0x2000, 0x80000000, 1);
my $MOST_AT_ONCE = 1000;
my $MOST_EVENTS = 128;
my $PATIENCE = 60;       # seconds; TCP asks again after 1, 3, 7, 15 and 31

$SIG{PIPE} = 'IGNORE';
my ($host, $address, $port, $rate, $held) = @ARGV;
my $to = pack_sockaddr_in($port, inet_aton($address));
my (%open, %count);    # the former by file descriptor
my ($begun, $ended) = (0, 0);
my $time = "\0" x 16;

sub clock {
    syscall($SYS_clock_gettime, $CLOCK_MONOTONIC, $time);
    my ($seconds, $nanoseconds) = unpack 'q q', $time;
    return $seconds + $nanoseconds / 1e9;
}

sub reason {
    my ($error) = @_;
    return $error == ECONNREFUSED ? 'refused' : $error == ECONNRESET || $error == EPIPE ? 'reset' : "failed: $error";
}

sub finish {
    my ($fd, $what) = @_;
    my $each = delete $open{$fd};
    close $each->{socket};
    $ended += 1 unless $each->{stays};
    $count{ $each->{stays} ? "held, $what" : $what } += 1;
}

open(my $namespace, '<', "/run/netns/$host") or die "$host: $!\n";
syscall($SYS_setns, fileno $namespace, $CLONE_NEWNET) == 0 or die "$host: $!\n";
my $epoll = syscall($SYS_epoll_create1, 0);
$epoll >= 0 or die "epoll: $!\n";

sub begin {
    my ($stays, $now) = @_;
    socket(my $socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die "socket: $!\n";
    # The request carries the acknowledgement.
    setsockopt($socket, IPPROTO_TCP, $TCP_QUICKACK, 0);
    my $fd = fileno $socket;
    $open{$fd} = { socket => $socket, stays => $stays, in => '', until => $now + $PATIENCE };
    $begun += 1 unless $stays;
    return finish($fd, reason($! + 0)) if !connect($socket, $to) && $! != EINPROGRESS;
    syscall($SYS_epoll_ctl, $epoll, $EPOLL_CTL_ADD, $fd, pack 'L Q', $EPOLLIN | $EPOLLOUT | $EPOLLRDHUP | $EPOLLET, $fd);
}

sub go_on {
    my ($fd, $happened, $now) = @_;
    my $each = $open{$fd} or return;
    if (!$each->{asked}) {
        $each->{asked} = 1;
        my $path = $each->{stays} ? '/hold' : '/';
        defined syswrite($each->{socket}, "GET $path HTTP/1.0\r\n\r\n") or return finish($fd, reason($! + 0));
        return unless $happened & $EPOLLIN;
    }
    return unless $happened & ($EPOLLIN | $EPOLLRDHUP);
    my $got = sysread($each->{socket}, my $data, 65_536);
    if (!defined $got) { finish($fd, reason($! + 0)) unless $! == EAGAIN || $! == EINTR; return; }
    if ($each->{stays}) {
        return finish($fd, 'ended') if $got == 0;
        $each->{lines} += 1;
        $each->{until} = $now + $PATIENCE;
        return;
    }
    $each->{in} .= $data;
    # An end without an answer is no answer.
    finish($fd, $each->{in} =~ /\r\n\r\n(\S+) / ? "answered by $1" : 'cut short') if $got == 0 || $happened & $EPOLLRDHUP;
}

my $start = clock();
begin(1, $start) for 1 .. $held;
my $events = "\0" x (12 * $MOST_EVENTS);
my ($stopping, $looked, $seconds) = (0, 0, 0);
while (1) {
    my $now = clock();
    my $short = $begun - $ended;
    if ($now > $looked + 0.2) {
        $looked = $now;
        if (!$stopping && -e '/tmp/load.stop') {
            ($stopping, $seconds) = (1, $now - $start);
            # Each that is held is to hear of its server once more.
            $_->{lines} = 0 for values %open;
        }
        for my $fd (keys %open) { finish($fd, 'silent') if $now > $open{$fd}{until}; }
        last if $stopping && !grep { !$_->{stays} || $_->{lines} == 0 } values %open;
    }
    if (!$stopping) {
        my $due = int(($now - $start) * $rate) - $begun - ($count{skipped} // 0);
        my $room = $MOST_AT_ONCE - $short;
        # What a machine cannot keep up with is not asked for later.
        if ($due > $room) { $count{skipped} += $due - $room; $due = $room; }
        begin(0, $now) for 1 .. $due;
    }
    my $happened = syscall($SYS_epoll_wait, $epoll, $events, $MOST_EVENTS, 5);
    for my $at (0 .. $happened - 1) {
        my ($what, $fd) = unpack 'L Q', substr($events, 12 * $at, 12);
        go_on($fd, $what, $now);
    }
}
print "$_\t$count{$_}\n" for sort keys %count;
printf "begun\t%d\nseconds\t%.1f\nheld\t%d\n", $begun, $seconds, scalar keys %open;
