# Answers on one host of a lab, as lean as can be: serve.pl HOST PORT. Runs on the machine that carries the hosts.
# Each request gets one line that names the host; GET /hold gets it every second until the client leaves.
use strict;
use warnings;
use Socket qw(:all);
use Errno qw(EAGAIN EINTR);

my ($SYS_setns, $CLONE_NEWNET) = (308, 0x40000000);    # x86-64, as is the machine
my ($TCP_DEFER_ACCEPT, $MSG_MORE) = (9, 0x8000);

$SIG{PIPE} = 'IGNORE';
my ($host, $port) = @ARGV;
my $answer = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n$host \n";
my (%waiting, %held);    # by file descriptor

# What has its request is answered at once. Answer and end of the connection are one packet.
sub serve {
    my ($socket) = @_;
    my $fd = fileno $socket;
    my $request = "";
    if (!defined recv($socket, $request, 4096, MSG_DONTWAIT)) {
        if ($! == EAGAIN || $! == EINTR) { $waiting{$fd} = $socket; }
        else { delete $waiting{$fd}; }
        return;
    }
    delete $waiting{$fd};
    if ($request =~ m{^GET /hold }) { $held{$fd} = $socket; send($socket, $answer, 0); }
    elsif ($request ne '') { send($socket, $answer, $MSG_MORE); }
    close $socket unless $held{$fd};
}

open(my $namespace, '<', "/run/netns/$host") or die "$host: $!\n";
syscall($SYS_setns, fileno $namespace, $CLONE_NEWNET) == 0 or die "$host: $!\n";
socket(my $listener, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die "socket: $!\n";
setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, 1);
# A connection is taken once its request is there.
setsockopt($listener, IPPROTO_TCP, $TCP_DEFER_ACCEPT, 10);
bind($listener, pack_sockaddr_in($port, INADDR_ANY)) && listen($listener, 4096) or die "$host port $port: $!\n";
print "serving\n";
close STDOUT;

my $told = time;
while (1) {
    my $readable = '';
    vec($readable, $_, 1) = 1 for fileno $listener, keys %waiting;
    select($readable, undef, undef, 0.5);
    if (vec($readable, fileno $listener, 1)) {
        while (accept(my $socket, $listener)) { serve($socket); }
    }
    for my $fd (keys %waiting) { serve($waiting{$fd}) if vec($readable, $fd, 1); }
    next if time == $told;
    $told = time;
    for my $fd (keys %held) { defined send($held{$fd}, "$host \n", MSG_DONTWAIT) or delete $held{$fd}; }
}
