#!/usr/bin/perl
# The client of a native box, from our spawn until it becomes bwrap or unshare by exec. It ties its
# life to ours, lets go of every descriptor that it was born with, joins the box's cgroups, and for
# an open network makes a namespace of its own and starts the helper that carries its traffic.
# It must never print: stdout and stderr are the program's. What goes wrong is in FOLDER/trouble.
#
# Usage: launch.pl --call=NAME:NUMBER… --parent=PID --folder=DIR [--cgroup=DIR]… [--filter=FILE]
#                  [--helper=NAME=PATH]… [--own=UID:GID:PATH]… -- PROGRAM [ARGUMENT…]
#   FOLDER/client    our line of /proc/PID/stat, so that the box is found again
#   @FILTER@         as an argument of PROGRAM: the number of the descriptor that reads the filter
use strict;
use warnings;

my $CLONE_NEWUSER = 0x10000000;
my $CLONE_NEWNET  = 0x40000000;
my $CLONE_NEWNS   = 0x00020000;
my ($MS_REC, $MS_SLAVE) = (16384, 1 << 19);
my ($AT_FDCWD, $AT_EMPTY_PATH, $AT_RECURSIVE) = (-100, 0x1000, 0x8000);
my ($OPEN_TREE_CLONE, $MOVE_EMPTY_PATH, $MOUNT_ATTR_IDMAP) = (1, 4, 0x00100000);
my ($SIGKILL, $PR_SET_PDEATHSIG) = (9, 1);
my $FAILED        = 125;
my $F_SETFD       = 2;
my $PATIENCE      = 3;                          # seconds that a helper has

# Addresses inside; the box's resolv.conf names the third one.
my ($BOX, $GATEWAY, $DNS, $BITS) = ('10.0.2.100', '10.0.2.2', '10.0.2.3', 24);

my (%call, @cgroups, @helpers, @owned, $parent, $folder, $filter);
while (@ARGV and (my $option = shift @ARGV) ne '--') {
    if    ($option =~ /^--call=(\w+):(\d+)$/)        { $call{$1} = $2 + 0 }
    elsif ($option =~ /^--parent=(\d+)$/)            { $parent = $1 }
    elsif ($option =~ /^--folder=(.+)$/s)            { $folder = $1 }
    elsif ($option =~ /^--cgroup=(.+)$/s)            { push @cgroups, $1 }
    elsif ($option =~ /^--filter=(.+)$/s)            { $filter = $1 }
    elsif ($option =~ /^--own=(\d+):(\d+):(.+)$/s)   { push @owned, [$1, $2, $3] }
    elsif ($option =~ /^--helper=(\w+)=(.+)$/s)      { push @helpers, [$1, $2] }
}

die_with($parent);
close_inherited();
write_file("$folder/client", read_file("/proc/$$/stat"));
own_as_ours() if @owned;
my @waiting = map { fork_helper(@$_, $$) } @helpers;    # before the groups: their limits are the box's
my $joining = join_groups($$);
open_network() if @waiting;
waitpid $joining, 0;
fail('cannot join the control groups') if $?;
my $descriptor;                                 # out here, or it would be closed before the exec
if (defined $filter) {
    $^F = 255;                                  # so that the exec does not close it either
    open $descriptor, '<', $filter or fail("cannot read $filter: $!");
    my $number = fileno $descriptor;
    for (@ARGV) { $_ = $number if $_ eq '@FILTER@' }
}
exec { $ARGV[0] } @ARGV or fail("cannot start $ARGV[0]: $!");

# Whoever started us may be gone before the kernel knows that we want to follow.
sub die_with {
    my ($pid) = @_;
    syscall $call{prctl}, $PR_SET_PDEATHSIG, $SIGKILL, 0, 0, 0;
    exit $FAILED if getppid != $pid;
}

# A folder of the host that some terminal left open would be a door out of every wall.
sub close_inherited {
    opendir my $list, '/proc/self/fd' or fail("cannot read /proc/self/fd: $!");
    my @numbers = grep { /^\d+$/ and $_ > 2 } readdir $list;
    closedir $list;
    syscall $call{close}, $_ + 0 for @numbers;
}

# A box of root's maps root alone, so files of another user are nobody's in it. Mounts that map that
# user to ours (mount_setattr(2), Linux 5.12) make them ours in the box, and new ones theirs outside;
# no capability is needed for it. Where the file system cannot do that, they stay nobody's.
sub own_as_ours {
    my ($root, $none, $empty) = ('/', 'none', '');
    syscall($call{unshare}, $CLONE_NEWNS) == 0 or fail("no mount namespace: $!");
    syscall($call{mount}, $none, $root, 0, $MS_REC | $MS_SLAVE, 0) == 0 or fail("slave mounts: $!");
    for (@owned) {
        my ($uid, $gid, $path) = @$_;
        my $map = user_map($uid, $gid);
        my $tree = syscall $call{open_tree}, $AT_FDCWD, $path, $OPEN_TREE_CLONE | $AT_RECURSIVE;
        next if $tree < 0;
        my $attributes = pack 'Q4', $MOUNT_ATTR_IDMAP, 0, 0, fileno $map;
        syscall($call{mount_setattr}, $tree, $empty, $AT_EMPTY_PATH | $AT_RECURSIVE, $attributes, 32) == 0
            and syscall $call{move_mount}, $tree, $empty, $AT_FDCWD, $path, $MOVE_EMPTY_PATH;
        syscall $call{close}, $tree;
    }
}

# A user namespace that lasts as long as its file is open: what is UID's on disk is ours.
sub user_map {
    my ($uid, $gid) = @_;
    pipe my $ready, my $made or fail("pipe: $!");
    pipe my $wait,  my $go   or fail("pipe: $!");
    my $pid = fork // fail("fork: $!");
    if ($pid == 0) {
        close $go;
        syscall $call{unshare}, $CLONE_NEWUSER;
        syswrite $made, '!';
        sysread $wait, my $word, 1;
        exit 0;
    }
    sysread $ready, my $word, 1;
    write_file("/proc/$pid/uid_map", "$uid " . ($< + 0) . ' 1');
    write_file("/proc/$pid/gid_map", "$gid " . ($( + 0) . ' 1');
    open my $map, '<', "/proc/$pid/ns/user" or fail("user map: $!");
    close $go;
    waitpid $pid, 0;
    return $map;
}

# The first process that changes its group waits some 15 ms for the kernel: beside the network's start
# that costs nothing. Whatever the box starts comes later, and is in the groups by birth.
sub join_groups {
    my ($target) = @_;
    my $pid = fork // fail("fork: $!");
    return $pid if $pid;
    write_file("$_/cgroup.procs", $target) for @cgroups;
    exit 0;
}

# The helpers are forked while we are still outside, as our children, and wait there. The first one
# that works keeps the box's network; the others leave when their pipe ends.
sub open_network {
    my ($uid, $gid) = ($<, $( + 0);
    syscall($call{unshare}, $CLONE_NEWUSER | $CLONE_NEWNET) == 0
        or fail("no user namespace: $!");
    write_file('/proc/self/setgroups', 'deny');
    write_file('/proc/self/uid_map',   "0 $uid 1");
    write_file('/proc/self/gid_map',   "0 $gid 1");
    while (my $helper = shift @waiting) {
        syswrite $helper->{go}, '!';
        close $helper->{go};
        return if is_ready($helper);
        kill 'KILL', $helper->{pid};
        waitpid $helper->{pid}, 0;
    }
    fail('no helper could open the network');
}

sub fork_helper {
    my ($name, $path, $target) = @_;
    pipe my $wait, my $go or fail("pipe: $!");
    pipe my $ready, my $say or fail("pipe: $!");
    my $pid = fork // fail("fork: $!");
    return { name => $name, pid => $pid, go => $go, ready => $ready } if $pid;
    die_with($target);
    close $go;
    sysread $wait, my $word, 1 or exit 0;
    setpgrp 0, 0;                               # Ctrl-C is for the program
    open STDIN,  '<',  '/dev/null';
    open STDOUT, '>>', "$folder/trouble";
    open STDERR, '>>', "$folder/trouble";
    fcntl $say, $F_SETFD, 0 if $name ne 'pasta';
    my @line = $name eq 'pasta'
        ? ($path, qw(-f -q -4 --config-net --no-map-gw -t none -u none -T none -U none),
           '-a', $BOX, '-n', $BITS, '-g', $GATEWAY, '--dns-forward', $DNS,
           ($< == 0 ? ('--runas', 0) : ()), $target)
        : ($path, qw(--configure --disable-host-loopback --enable-sandbox --enable-seccomp
           --mtu=65520), '--ready-fd=' . fileno $say, $target, 'tap0');
    exec { $path } @line or exit $FAILED;
}

# slirp4netns says when it is ready, and we must wait for that: it enters our user namespace last,
# and we are about to leave for another. pasta says nothing, but sets the default route last.
sub is_ready {
    my ($helper) = @_;
    my $deadline = time + $PATIENCE;
    while (time <= $deadline) {
        if ($helper->{name} eq 'pasta') {
            return 1 if read_file('/proc/net/route') =~ /^\S+\t0{8}\t/m;
            return 0 if waitpid($helper->{pid}, 1) > 0;
            select undef, undef, undef, 0.002;
            next;
        }
        vec(my $readable = '', fileno $helper->{ready}, 1) = 1;
        next if 1 > select $readable, undef, undef, $PATIENCE;
        return sysread $helper->{ready}, my $word, 1;
    }
    return 0;
}

sub read_file {
    my ($path) = @_;
    open my $file, '<', $path or fail("cannot read $path: $!");
    local $/;
    return scalar <$file>;
}

sub write_file {
    my ($path, $text) = @_;
    open my $file, '>', $path or fail("cannot open $path: $!");
    defined syswrite $file, $text or fail("cannot write $path: $!");
    close $file;
}

sub fail {
    if (open my $file, '>>', "$folder/trouble") { syswrite $file, "launch: $_[0]\n" }
    exit $FAILED;
}
