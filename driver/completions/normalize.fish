# Completion for fish. The program itself names its commands, options and their values
# (normalize COMMAND --help=options), so that this is true of whatever version is installed.

function __normalize_table
    set -l words (commandline -opc)
    $words[1] $argv --help=options 2>/dev/null
end

function __normalize_commands
    for line in (__normalize_table)
        set -l fields (string split \t -- $line)
        printf '%s\t%s\n' $fields[1] $fields[4]
    end
end

function __normalize_words
    set -l words (commandline -opc)
    if test $words[2] = compat
        test (count $words) -eq 2; and printf '%s\n' strip-nondeterminism add-det linkdupes
        return
    end
    for line in (__normalize_table $words[2])
        set -l fields (string split \t -- $line)
        set -l names (string split , -- $fields[1])
        if test -n "$fields[2]"; and contains -- $words[-1] $names
            string split ' ' -- $fields[3]
            return
        end
    end
    string match -q -- '-*' (commandline -ct); or return
    for line in (__normalize_table $words[2])
        set -l fields (string split \t -- $line)
        for name in (string split , -- $fields[1])
            printf '%s\t%s\n' $name $fields[4]
        end
    end
end

complete -c normalize -f -n 'test (count (commandline -opc)) -eq 1' -a '(__normalize_commands)'
complete -c normalize -F -n 'test (count (commandline -opc)) -ge 2' -a '(__normalize_words)'
