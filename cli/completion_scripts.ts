/**
 * The three scripts that `ct completion` prints. They know no command: all of it is asked from
 * `ct __complete` (complete_answer.ts). A line `:files` means that a path fits there too.
 */

export const SHELLS = ["bash", "zsh", "fish"] as const;

// For bash 3.2 too, which macOS still has: no mapfile, and compopt may be missing.
const BASH = String
  .raw`# Completion of ct and construct for bash. To use it: source <(ct completion bash)
_construct_complete() {
  local rest=${"${COMP_LINE:0:COMP_POINT}"} prefix= files= trimmed word line i
  local -a words=()
  # bash also cuts words at = and :, so pieces without a blank between them are joined again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${"${COMP_WORDS[i]-}"}
    trimmed=${'${rest#"${rest%%[![:space:]]*}"}'}
    ((i == COMP_CWORD)) && word=$trimmed
    if ((i > 0)) && [[ $trimmed == "$rest" ]]; then
      prefix=${"${words[${#words[@]} - 1]}"}
      words[${"${#words[@]}"} - 1]+=$word
      [[ $word == [=:] ]] && prefix+=$word
    else
      prefix=
      words+=("$word")
    fi
    rest=${'${trimmed#"$word"}'}
  done
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; else COMPREPLY+=("${'${line#"$prefix"}'}"); fi
  done < <("${"${words[0]/#\\~/$HOME}"}" __complete bash -- "${"${words[@]:1}"}" 2>/dev/null)
  [[ $files ]] || compopt +o default +o bashdefault 2>/dev/null
}
complete -o bashdefault -o default -F _construct_complete ct construct
`;

const ZSH = String.raw`#compdef ct construct
# Completion of ct and construct for zsh. To use it: source <(ct completion zsh)
_construct() {
  local -a offers
  local program=${"${words[1]/#\\~/$HOME}"} files= line
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; else offers+=("$line"); fi
  done < <("$program" __complete zsh -- "${"${(@)words[2,CURRENT-1]}"}" "$PREFIX" 2>/dev/null)
  (( $#offers )) && _describe -t commands construct offers
  if [[ -n $files ]]; then
    compset -P '--ct-*='
    _files
  fi
}
if [[ $funcstack[1] == _construct ]]; then _construct "$@"; else compdef _construct ct construct; fi
`;

const FISH = String
  .raw`# Completion of ct and construct for fish. To use it: ct completion fish | source
function __construct_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    test (count $typed) -eq 0; and set typed ''
    set -l program $words[1]
    for line in ($program __complete fish -- $words[2..-1] $typed 2>/dev/null)
        if test "$line" = :files
            set -l start (string match -r -- '^--ct-[a-z-]+=' $typed)
            __fish_complete_path (string replace -r -- '^--ct-[a-z-]+=' '' $typed) |
                string replace -r -- '^' "$start"
        else
            printf '%s\n' $line
        end
    end
end
complete -c ct -f -a '(__construct_complete)'
complete -c construct -f -a '(__construct_complete)'
`;

export const SCRIPTS: Readonly<Record<typeof SHELLS[number], string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
};
