#!/usr/bin/perl
# The walls of a native box where bubblewrap is not installed. Runs as process 1 of the namespaces
# that unshare(1) made: builds the box's file system from a list of steps, moves into it, shuts the
# door to further user namespaces, drops every capability, loads the filter of system calls and
# becomes the runner. Whatever step fails, the box does not start. It must never print.
#
# Usage: walls.pl --call=NAME:NUMBER… --folder=DIR --hostname=NAME --workdir=DIR --filter=FILE
#                 [--loopback] -- PROGRAM [ARGUMENT…]
#   FOLDER/steps     the list: words that end in NUL, see engines/native/unshare.ts
#   FOLDER/root      an empty folder: where the box's root is mounted
use strict;
use warnings;

my ($MS_NOSUID, $MS_NODEV, $MS_NOEXEC, $MS_BIND, $MS_REC) = (2, 4, 8, 4096, 16384);
my ($ATTR_RDONLY, $ATTR_NOSUID, $ATTR_NODEV) = (1, 2, 4);
my ($AT_FDCWD, $AT_RECURSIVE, $MNT_DETACH) = (-100, 0x8000, 2);
my ($PR_CAPBSET_DROP, $PR_SET_SECUREBITS, $PR_SET_NO_NEW_PRIVS) = (24, 28, 38);
my ($PR_CAP_AMBIENT, $AMBIENT_CLEAR_ALL) = (47, 4);
my $NOROOT_LOCKED = 0x2f;                       # no root by uid, no fixup, no ambient; all but one locked
my $CAPABILITIES_V3 = 0x20080522;
my $OLDEST_LAST = 37;                           # every kernel that we run on has at least these
my $FAILED = 125;

my (%call, $folder, $hostname, $workdir, $filter, $loopback);
while (@ARGV and (my $option = shift @ARGV) ne '--') {
    if    ($option =~ /^--call=(\w+):(\d+)$/) { $call{$1} = $2 + 0 }
    elsif ($option =~ /^--folder=(.+)$/s)     { $folder = $1 }
    elsif ($option =~ /^--hostname=(.+)$/s)   { $hostname = $1 }
    elsif ($option =~ /^--workdir=(.+)$/s)    { $workdir = $1 }
    elsif ($option =~ /^--filter=(.+)$/s)     { $filter = $1 }
    elsif ($option eq '--loopback')           { $loopback = 1 }
}

# Opened now, because in the box they are out of reach.
open my $trouble, '>>', "$folder/trouble" or exit $FAILED;
my $program = read_file($filter);
my @steps = split /\0/, read_file("$folder/steps"), -1;
my $root = "$folder/root";
# The same file whichever /proc it is reached through: it belongs to the user namespace that asks.
open my $namespaces, '>', '/proc/sys/user/max_user_namespaces' or fail("max_user_namespaces: $!");

umask 0022;
raise_loopback() if $loopback;
check('sethostname', syscall $call{sethostname}, $hostname, length $hostname);
mount_new('tmpfs', $root, $MS_NOSUID | $MS_NODEV, 'mode=0755');
while (@steps > 4) { take(splice @steps, 0, 5) }
move_in();
defined syswrite $namespaces, '0' or fail("max_user_namespaces: $!");
drop_capabilities();
load_filter();
%ENV = (PATH => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
chdir $workdir or fail("cannot enter $workdir: $!");
exec { $ARGV[0] } @ARGV or fail("cannot start $ARGV[0]: $!");

sub take {
    my ($kind, $target, $source, $mode, $size) = @_;
    my $path = $root . $target;
    if ($kind eq 'symlink') {
        make_folder($path =~ s{/[^/]*$}{}r);
        symlink $source, $path or fail("symlink $target: $!");
    }
    elsif ($kind eq 'read')       { attach($source, $path, $ATTR_RDONLY) }
    elsif ($kind eq 'write')      { attach($source, $path, 0) }
    elsif ($kind eq 'hideFile')   { attach('/dev/null', $path, $ATTR_RDONLY) }
    elsif ($kind eq 'hideFolder') { mount_new('tmpfs', $path, $MS_NOSUID | $MS_NODEV, 'mode=0555'); protect($path, $ATTR_RDONLY) }
    elsif ($kind eq 'proc')       { mount_new('proc', $path, $MS_NOSUID | $MS_NODEV | $MS_NOEXEC, '') }
    elsif ($kind eq 'dev')        { make_devices($path) }
    elsif ($kind eq 'tmpfs') {
        my $options = sprintf 'mode=%04o', $mode;
        $options .= ",size=$size" if $size;
        mount_new('tmpfs', $path, $MS_NOSUID | $MS_NODEV, $options);
    }
    elsif ($kind eq 'freeze')     { attach($path, $path, $ATTR_RDONLY) }
    elsif ($kind eq 'freezeRoot') { protect($root, $ATTR_RDONLY, 0) }
    else                          { fail("unknown step $kind") }
}

sub attach {
    my ($source, $path, $attributes) = @_;
    if ($source eq $path) { }
    elsif (-d $source) { make_folder($path) }
    else               { make_file($path) }
    check("bind $source", syscall $call{mount}, $source, $path, 0, $MS_BIND | $MS_REC, 0);
    protect($path, $attributes | $ATTR_NOSUID | ($source eq '/dev/null' ? 0 : $ATTR_NODEV));
}

# Only adds to what the mounts had: a mount that came from outside must keep its own flags.
sub protect {
    my ($path, $attributes, $flags) = @_;
    my $structure = pack 'Q4', $attributes, 0, 0, 0;
    check("protect $path", syscall $call{mount_setattr}, $AT_FDCWD, $path, $flags // $AT_RECURSIVE,
        $structure, length $structure);
}

sub mount_new {
    my ($type, $path, $flags, $options) = @_;
    make_folder($path);
    check("mount $type", syscall $call{mount}, $type, $path, $type, $flags, $options);
}

sub make_devices {
    my ($path) = @_;
    mount_new('tmpfs', $path, $MS_NOSUID, 'mode=0755');
    for my $name (qw(null zero full random urandom tty)) {
        make_file("$path/$name");
        check("bind /dev/$name", syscall $call{mount}, "/dev/$name", "$path/$name", 0, $MS_BIND, 0);
    }
    mount_new('devpts', "$path/pts", $MS_NOSUID | $MS_NOEXEC, 'newinstance,ptmxmode=0666,mode=620');
    my %links = (ptmx => 'pts/ptmx', fd => '/proc/self/fd', core => '/proc/kcore',
        stdin => '/proc/self/fd/0', stdout => '/proc/self/fd/1', stderr => '/proc/self/fd/2');
    for (sort keys %links) { symlink $links{$_}, "$path/$_" or fail("symlink $_: $!") }
}

sub make_folder {
    my ($path) = @_;
    return if -d $path;
    make_folder($path =~ s{/[^/]*$}{}r);
    mkdir $path or -d $path or fail("mkdir $path: $!");
}

sub make_file {
    my ($path) = @_;
    return if -e $path;
    make_folder($path =~ s{/[^/]*$}{}r);
    open my $file, '>', $path or fail("create $path: $!");
}

sub move_in {
    my $here = '.';                             # syscall takes no literal for a pointer
    chdir $root or fail("chdir: $!");
    # The old root lands on top of the new one, and leaves from there: no folder is needed for it.
    check('pivot_root', syscall $call{pivot_root}, $here, $here);
    check('umount', syscall $call{umount2}, $here, $MNT_DETACH);
    chdir '/' or fail("chdir: $!");
}

sub drop_capabilities {
    syscall $call{prctl}, $PR_CAP_AMBIENT, $AMBIENT_CLEAR_ALL, 0, 0, 0;
    check('securebits', syscall $call{prctl}, $PR_SET_SECUREBITS, $NOROOT_LOCKED, 0, 0, 0);
    for my $capability (0 .. 63) {
        next if 0 == syscall $call{prctl}, $PR_CAPBSET_DROP, $capability, 0, 0, 0;
        fail("capability $capability: $!") if $capability <= $OLDEST_LAST;
        last;
    }
    my $header = pack 'Li', $CAPABILITIES_V3, 0;
    my $none = pack 'L6', (0) x 6;
    check('capset', syscall $call{capset}, $header, $none);
    check('no_new_privs', syscall $call{prctl}, $PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

sub load_filter {
    my $structure = pack 'S x6 P', length($program) / 8, $program;
    check('seccomp', syscall $call{seccomp}, 1, 0, $structure);
}

sub raise_loopback {
    socket my $socket, 2, 2, 0 or fail("socket: $!");
    my $request = pack 'a16 s x22', 'lo', 0x41;
    ioctl $socket, 0x8914, $request or fail("loopback: $!");
}

sub check { fail("$_[0]: $!") if $_[1] != 0 }

sub read_file {
    my ($path) = @_;
    open my $file, '<', $path or fail("cannot read $path: $!");
    local $/;
    return scalar <$file>;
}

sub fail {
    syswrite $trouble, "walls: $_[0]\n" if $trouble;
    exit $FAILED;
}
