# The demo service: says which host answered, on which address, to whom. One process per host for
# everything it listens on. Argument: a file of lines "tcp|udp ADDRESS|* PORT".
#   any line, GET, HEAD      one line:  rs1 10.0.0.11:8080 saw 192.0.2.50:41234
#   POST, PUT                the same, and how many bytes of the body arrived
#   GET /hold                that line every second until the client leaves
#   GET, POST, PUT /bytes/N  N bytes after that line
use strict;
use warnings;
use Socket qw(:all);
use Errno qw(EAGAIN EINTR);
use Fcntl;

my ($SYS_sendmsg, $SYS_recvmsg) = (46, 47);    # x86-64, as is the machine
my ($IP_FREEBIND, $IPV6_FREEBIND) = (15, 78);
my ($IP_PKTINFO, $IPV6_RECVPKTINFO, $IPV6_PKTINFO) = (8, 49, 50);
my $LONGEST_HEADER = 65536;
my $CHUNK = 65536;

$SIG{PIPE} = 'IGNORE';
open(my $hostname, '<', '/etc/hostname') or die;
chomp(my $host = <$hostname>);

my (%listeners, %datagrams, %clients);    # by file descriptor

sub endpoint {
    my ($family, $packed) = @_;
    my ($port, $address) = $family == AF_INET ? unpack_sockaddr_in($packed) : unpack_sockaddr_in6($packed);
    my $text = inet_ntop($family, $address);
    return $family == AF_INET ? "$text:$port" : "[$text]:$port";
}

# Addresses may appear later (a VIP that is yet to be deployed): wildcard sockets take them, and
# IP_FREEBIND binds to one that is not there yet.
sub open_socket {
    my ($protocol, $family, $address, $port) = @_;
    my $type = $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
    socket(my $socket, $family, $type, 0) or return;
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    setsockopt($socket, IPPROTO_IP, $IP_FREEBIND, 1);
    if ($family == AF_INET6) {
        setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        setsockopt($socket, IPPROTO_IPV6, $IPV6_FREEBIND, 1);
    }
    my $packed = inet_pton($family, $address) // return;
    my $local = $family == AF_INET ? pack_sockaddr_in($port, $packed) : pack_sockaddr_in6($port, $packed);
    if (!bind($socket, $local) || ($protocol eq 'tcp' && !listen($socket, 1024))) {
        print "lvs-lab: problem: $host: $protocol $address port $port: $!\n";
        return;
    }
    fcntl($socket, F_SETFL, O_NONBLOCK);
    if ($protocol eq 'udp') {
        # A reply must leave from the address that was asked, or a client of a VIP refuses it.
        setsockopt($socket, IPPROTO_IP, $IP_PKTINFO, 1) if $family == AF_INET;
        setsockopt($socket, IPPROTO_IPV6, $IPV6_RECVPKTINFO, 1) if $family == AF_INET6;
        $datagrams{ fileno $socket } = { socket => $socket, family => $family, port => $port };
    } else {
        $listeners{ fileno $socket } = { socket => $socket, family => $family };
    }
}

sub message_header {
    my ($name, $length, $vector, $control) = @_;
    return pack('P L x4 P Q P Q l x4', $$name, $length, $$vector, 1, $$control, length $$control, 0);
}

sub answer_datagram {
    my ($server) = @_;
    my ($name, $data, $control) = map { my $room = "\0" x $_; substr($room, 0, 1, "\0"); $room } 128, 65536, 256;
    my $vector = pack('P Q', $data, length $data);
    my $message = message_header(\$name, 128, \$vector, \$control);
    my $length = syscall($SYS_recvmsg, fileno $server->{socket}, $message, 0);
    return if $length < 0;
    my $peer = substr($name, 0, $server->{family} == AF_INET ? 16 : 28);
    my ($size, $level, $type) = unpack('Q l l', $control);
    return if $size < 28;
    my $reply;
    my $asked;
    if ($server->{family} == AF_INET) {
        $asked = substr($control, 16 + 8, 4);    # in_pktinfo: interface, local, header destination
        $reply = pack('Q l l L a4 L x4', 28, IPPROTO_IP, $IP_PKTINFO, 0, $asked, 0);
    } else {
        $asked = substr($control, 16, 16);
        my $scope = unpack('n', $asked) == 0xfe80 ? unpack('L', substr($control, 32, 4)) : 0;
        $reply = pack('Q l l a16 L x4', 36, IPPROTO_IPV6, $IPV6_PKTINFO, $asked, $scope);
    }
    my $local = $server->{family} == AF_INET
        ? pack_sockaddr_in($server->{port}, $asked)
        : pack_sockaddr_in6($server->{port}, $asked);
    my $line = "$host " . endpoint($server->{family}, $local) . ' saw ' . endpoint($server->{family}, $peer) . "\n";
    my $out = pack('P Q', $line, length $line);
    my $answer = message_header(\$peer, length $peer, \$out, \$reply);
    syscall($SYS_sendmsg, fileno $server->{socket}, $answer, 0);
}

sub accept_clients {
    my ($server) = @_;
    while (my $peer = accept(my $socket, $server->{socket})) {
        fcntl($socket, F_SETFL, O_NONBLOCK);
        my $line = "$host " . endpoint($server->{family}, getsockname $socket) . ' saw ' . endpoint($server->{family}, $peer);
        $clients{ fileno $socket } = { socket => $socket, line => $line, in => '', out => '', body => undef, fill => 0 };
    }
}

sub respond {
    my ($client, $http, $extra) = @_;
    $client->{out} .= "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" if $http;
    $client->{out} .= "$client->{line}$extra\n" unless $client->{head};
    $client->{fill} = $client->{wanted} // 0;
    $client->{done} = 1;
}

# Called whenever bytes arrived or the client ended its side.
sub understand {
    my ($client, $ended) = @_;
    return if $client->{done};
    if (!defined $client->{body}) {
        return $ended ? drop($client) : () if $client->{in} !~ /\n/;
        if ($client->{in} !~ /\A(GET|HEAD|POST|PUT) (\S+) HTTP/) {
            return respond($client, 0, '');
        }
        my ($method, $path) = ($1, $2);
        my $end = index($client->{in}, "\r\n\r\n");
        if ($end < 0) {
            return drop($client) if $ended || length $client->{in} > $LONGEST_HEADER;
            return;
        }
        my $header = substr($client->{in}, 0, $end + 4, '');
        $client->{wanted} = $1 if $path =~ m{\A/bytes/(\d{1,12})\z};
        if ($method eq 'POST' || $method eq 'PUT') {
            $client->{body} = 0;
            $client->{expected} = $header =~ /^Content-Length: *(\d+)/im ? $1 : undef;
            $client->{out} .= "HTTP/1.1 100 Continue\r\n\r\n" if $header =~ /^Expect: *100-continue/im;
        } else {
            $client->{head} = $method eq 'HEAD';
            respond($client, 1, '');
            $client->{hold} = 1 if $path eq '/hold';
            return;
        }
    }
    $client->{body} += length $client->{in};
    $client->{in} = '';
    my $expected = $client->{expected};
    respond($client, 1, " $client->{body} bytes") if $ended || (defined $expected && $client->{body} >= $expected);
}

sub drop { my ($client) = @_; delete $clients{ fileno $client->{socket} }; close $client->{socket}; }

sub receive {
    my ($client) = @_;
    my $count = sysread($client->{socket}, my $data, $CHUNK);
    if (!defined $count) { drop($client) unless $! == EAGAIN || $! == EINTR; return; }
    if ($count == 0) {
        $client->{ended} = 1;
        return drop($client) if $client->{hold};
        return understand($client, 1);
    }
    $client->{in} .= $data;
    $client->{in} = '' if $client->{done};
    understand($client, 0);
}

sub send_out {
    my ($client) = @_;
    if ($client->{out} eq '' && $client->{fill} > 0) {
        my $size = $client->{fill} < $CHUNK ? $client->{fill} : $CHUNK;
        $client->{out} = 'x' x $size;
        $client->{fill} -= $size;
    }
    if ($client->{out} ne '') {
        my $count = syswrite($client->{socket}, $client->{out});
        if (!defined $count) { return if $! == EAGAIN || $! == EINTR; return drop($client); }
        substr($client->{out}, 0, $count, '');
    }
    drop($client) if $client->{done} && !$client->{hold} && $client->{out} eq '' && $client->{fill} == 0;
}

open(my $list, '<', $ARGV[0]) or die "$ARGV[0]: $!";
while (my $entry = <$list>) {
    my ($protocol, $address, $port) = split ' ', $entry;
    if ($address eq '*') {
        open_socket($protocol, AF_INET, '0.0.0.0', $port);
        open_socket($protocol, AF_INET6, '::', $port);
    } else {
        open_socket($protocol, $address =~ /:/ ? AF_INET6 : AF_INET, $address, $port);
    }
}

my $ticked = time;
while (1) {
    my ($read, $write) = ('', '');
    vec($read, $_, 1) = 1 for keys %listeners, keys %datagrams;
    my $holding = 0;
    for my $fd (keys %clients) {
        my $client = $clients{$fd};
        vec($read, $fd, 1) = 1 unless $client->{ended};
        vec($write, $fd, 1) = 1 if $client->{out} ne '' || $client->{fill} > 0 || ($client->{done} && !$client->{hold});
        $holding = 1 if $client->{hold};
    }
    select($read, $write, undef, $holding ? 0.2 : undef);
    if ($holding && time != $ticked) {
        $ticked = time;
        for my $client (grep { $_->{hold} } values %clients) { $client->{out} .= "$client->{line}\n"; }
    }
    for my $fd (keys %listeners) { accept_clients($listeners{$fd}) if vec($read, $fd, 1); }
    for my $fd (keys %datagrams) { answer_datagram($datagrams{$fd}) if vec($read, $fd, 1); }
    for my $fd (keys %clients) {
        if (vec($read, $fd, 1) && $clients{$fd}) { receive($clients{$fd}); }
        if (vec($write, $fd, 1) && $clients{$fd}) { send_out($clients{$fd}); }
    }
}
