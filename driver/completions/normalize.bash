# Completion for bash. The program itself names its commands, options and their values
# (normalize COMMAND --help=options), so that this is true of whatever version is installed.

_normalize_table() { # COMMAND...: lines of names, value, words and help behind tabs
  "${COMP_WORDS[0]}" "$@" --help=options 2>/dev/null
}

# The names of a table's lines, one a line.
_normalize_names() { cut -f 1 | tr ',' '\n'; }

_normalize_paths() { # -d or -f
  local IFS=$'\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$cur"))
}

# What an option takes, from its line.
_normalize_values() { # VALUE WORDS
  case $1 in
    DIR) _normalize_paths -d ;;
    FILE | PACKAGE | OLD | SOURCE) _normalize_paths -f ;;
    *) COMPREPLY=($(compgen -W "${2:-}" -- "$cur")) ;;
  esac
}

_normalize() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} names value words help table
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "$(_normalize_table | _normalize_names) --help --version" -- "$cur"))
    return
  fi
  if [ "$command" = compat ] && [ "$COMP_CWORD" -eq 2 ]; then
    COMPREPLY=($(compgen -W "strip-nondeterminism add-det linkdupes" -- "$cur"))
    return
  fi
  table=$(_normalize_table "$command")
  # bash makes a word of the = in --option=value.
  if [ "$cur" = = ]; then
    cur=
  elif [ "$previous" = = ]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  while IFS=$'\x1f' read -r names value words help; do
    case ,$names, in
      *",$previous,"*)
        [ -n "$value" ] || break
        if [ "$value" = LIST ] && [ "$previous" = --formats ]; then
          words=$("${COMP_WORDS[0]}" list 2>/dev/null | sed -n 's/^format /-/p')
        fi
        _normalize_values "$value" "$words"
        return
        ;;
    esac
  done <<<"${table//$'\t'/$'\x1f'}"
  case $cur in
    -*) COMPREPLY=($(compgen -W "$(_normalize_names <<<"$table")" -- "$cur")) ;;
    *) _normalize_paths -f ;;
  esac
}

complete -F _normalize normalize
