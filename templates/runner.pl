#!/usr/bin/perl
# The runner: the one program through which everything in a box starts. It reads the program's
# environment from the life pipe, so that no value is ever in argv or in a file, records the
# program's pid and exit code, and ends the program when the host's end of the pipe closes.
# Perl, because it has waitpid with stopped children and starts in 2 ms; no modules, so that
# perl-base is enough. It must never print: stdout and stderr are the program's.
#
# Usage: runner.pl [--tty] [--needs=PATH] [--prctl=NUMBER] [--life=PATH] -- PROGRAM [ARGUMENT…]
#   /run/construct/life    NAME=VALUE entries, an empty one, then names of signals; each ends in NUL
#   /run/construct/record  lines: missing PATH | ready INTERFACES, started PID, exit CODE
# PATH is where the runner makes the life pipe itself, for a host whose pipes do not reach it;
# NUMBER is that of the system call prctl on this processor.
use strict;
use warnings;

my ($WNOHANG, $WUNTRACED) = (1, 2);
my $O_NONBLOCK  = 04000;
my $PR_SET_DUMPABLE = 4;
my ($TIOCSPGRP, $TIOCGWINSZ) = (0x5410, 0x5413);
my $GRACE       = 1;                            # seconds between TERM and the end of the box
my $GLANCE      = 0.5;                          # seconds between looks, should no signal be seen
my $MOMENT      = 0.02;                         # the same, when the end may be near
my $PATIENCE    = 30;                           # seconds for the host to carry its end here
my $FAILED      = 125;
my @FORWARDED   = qw(HUP INT QUIT TERM USR1 USR2);
my $folder      = $ENV{CONSTRUCT_RUN_FOLDER} // '/run/construct';

my ($tty, $needs, $prctl, $own);
while (@ARGV and (my $option = shift @ARGV) ne '--') {
    if    ($option eq '--tty')           { $tty   = 1 }
    elsif ($option =~ /^--needs=(.*)$/s) { $needs = $1 }
    elsif ($option =~ /^--prctl=(\d+)$/) { $prctl = $1 }
    elsif ($option =~ /^--life=(.*)$/s)  { $own   = $1 }
}
# Nobody in the box may take our descriptors from /proc: whoever held the life pipe would live on.
syscall $prctl, $PR_SET_DUMPABLE, 0 if defined $prctl;

open my $record, '>>', "$folder/record" or exit $FAILED;
if (defined $needs and not -e $needs) { record("missing $needs"); exit $FAILED }
my $life;
if (defined $own) {
    # The host carries its end here by a second client, and only then can there be a program.
    system 'mkfifo', '-m', '600', $own and exit $FAILED;
    ready();
    alarm $PATIENCE;
    open $life, '<', $own or exit $FAILED;
    alarm 0;
    unlink $own;
}
else {
    # Not waiting for a writer: the host opens its end first, so without one the host is gone.
    sysopen $life, "$folder/life", $O_NONBLOCK or exit $FAILED;
    # The host now takes the pipe's name away, and only then sends what starts the program.
    ready();
}

my $buffer = '';
%ENV = read_environment();

await_size() if $tty;
# Forked before there are handlers, which the child would have until its exec: no signal gets lost.
my $pid = fork // exit $FAILED;
start_program() if $pid == 0;
my @pending;
for my $name (@FORWARDED) { $SIG{$name} = sub { push @pending, $name } }
$SIG{CHLD} = sub { };                           # only so that it interrupts the wait
setpgrp $pid, $pid;                             # both sides do it: whoever is first
record("started $pid");
exit finish(supervise());

sub supervise {
    my $left;                                   # seconds to the end of the box, once that is near
    while (1) {
        while ((my $child = waitpid -1, $WNOHANG | $WUNTRACED) > 0) {
            next if $child != $pid;
            # For a stopped child `$?` is 0 too, but that one is still there.
            return $? unless $? == 0 and kill 0, $pid;
            kill 'CONT', -$pid;                 # nobody in the box could type `fg`
        }
        return 9 if defined $left and $left <= 0;
        # What ends by a signal of ours often does so before the wait below begins.
        my $wait = defined $left || @pending ? $MOMENT : $GLANCE;
        kill $_, -$pid for splice @pending;
        my $readable = '';
        vec($readable, fileno $life, 1) = 1 unless defined $left;
        # Perl runs its handlers between two steps of ours, so a signal that comes just before the
        # wait does not end it. What is left is counted by select: `time` knows whole seconds only.
        my ($count, $rest) = select $readable, undef, undef, $wait;
        if (defined $left) { $left -= $wait - $rest; next }
        if ($count > 0) {
            if (sysread $life, $buffer, 512, length $buffer) { push @pending, entries() }
            else { push @pending, 'TERM'; $left = $GRACE }
        }
        # The kernel tells only the foreground that its terminal is gone, and that may ignore it.
        elsif ($tty and not -t STDIN) { push @pending, 'TERM'; $left = $GRACE }
    }
}

sub finish {
    my ($status) = @_;
    my $signal = $status & 0x7f;
    my $code = $signal ? 128 + $signal : $status >> 8;
    record("exit $code");
    return $code;
}

sub start_program {
    setpgrp 0, 0;
    if ($tty) {
        local $SIG{TTOU} = 'IGNORE';
        ioctl STDIN, $TIOCSPGRP, pack 'i', $$;
    }
    $SIG{PIPE} = 'DEFAULT';                      # whoever started us may have ignored it
    close $_ for $record, $life;
    no warnings 'exec';
    exec { $ARGV[0] } @ARGV;
    my ($code, $why) = $!{ENOENT} ? (127, 'command not found') : (126, "$!");
    print STDERR "$ARGV[0]: $why\n";
    exit $code;
}

# Docker's client sets the size of a terminal only after the start. A program that asked before it
# would draw into a window of no size. A terminal that has none costs a third of a second.
sub await_size {
    for (1 .. 150) {
        my $size = "\0" x 8;
        ioctl STDIN, $TIOCGWINSZ, $size or return;
        return if $size !~ /^\0{4}/;
        select undef, undef, undef, 0.002;
    }
}

sub read_environment {
    my %environment;
    while (1) {
        for my $entry (entries(1)) {
            return %environment if $entry eq '';
            my ($name, $value) = split /=/, $entry, 2;
            $environment{$name} = $value;
        }
        # Read first: a pipe that never had a writer is not readable, but ends at once.
        my $count = sysread $life, $buffer, 65536, length $buffer;
        exit $FAILED if defined $count and $count == 0;    # the host went away
        next if $count;
        my $readable = '';
        vec($readable, fileno $life, 1) = 1;
        select $readable, undef, undef, undef;
    }
}

# Takes whole entries from the buffer; with an argument, stops after the empty one.
sub entries {
    my ($until_empty) = @_;
    my @found;
    while ($buffer =~ s/\A([^\0]*)\0//) {
        push @found, $1;
        last if $until_empty and $1 eq '';
    }
    return @found;
}

sub interfaces {
    open my $file, '<', '/proc/net/dev' or return 'unknown';
    return map { /^\s*([^\s:]+):/ ? $1 : () } <$file>;
}

sub ready { record('ready ' . join ',', interfaces()) }

sub record { syswrite $record, "$_[0]\n" }
