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
    set -l token (commandline -ct)
    if test $words[2] = compat
        test (count $words) -eq 2; and printf '%s\n' strip-nondeterminism add-det linkdupes
        return
    end
    # A value stands behind its option, or behind = in the same word.
    set -l option $words[-1]
    set -l before ''
    if string match -q -- '--*=*' $token
        set option (string split -m 1 = -- $token)[1]
        set before "$option="
    end
    if test $option = --formats
        $words[1] list 2>/dev/null | string replace -fr '^format ' -- "$before-"
        return
    end
    set -l table (__normalize_table $words[2])
    for line in $table
        set -l fields (string split \t -- $line)
        if test -n "$fields[2]"; and contains -- $option (string split , -- $fields[1])
            for word in (string split -n ' ' -- $fields[3])
                printf '%s%s\n' $before $word
            end
            return
        end
    end
    string match -q -- '-*' $token; or return
    for line in $table
        set -l fields (string split \t -- $line)
        for name in (string split , -- $fields[1])
            printf '%s\t%s\n' $name $fields[4]
        end
    end
end

complete -c normalize -f -n 'test (count (commandline -opc)) -eq 1' -a '(__normalize_commands)'
complete -c normalize -F -n 'test (count (commandline -opc)) -ge 2' -a '(__normalize_words)'
