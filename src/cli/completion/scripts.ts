/** Shells that can be told how to complete. */
export const shells = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof shells)[number]

/*
 * Each asks the program itself, with the words as they stand on the line and nothing run of them. It answers a suggestion
 * with a tab and a description on each line; `:files` says that the shell knows better.
 */

const bash = `# Completions of imagehooks for bash.
_imagehooks() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null
    elif [[ -n $line ]]; then
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _imagehooks imagehooks
`

const zsh = `#compdef imagehooks
# Completions of imagehooks for zsh.
_imagehooks() {
  local line
  local -a found
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
      return
    elif [[ -n $line ]]; then
      found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  _describe imagehooks found
}
if [[ \${funcstack[1]} == _imagehooks ]]; then
  _imagehooks "$@"
else
  compdef _imagehooks imagehooks
fi
`

const fish = `# Completions of imagehooks for fish.
function __imagehooks_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (command $words[1] complete -- $words[2..-1] 2>/dev/null)
    if contains -- :files $found
        __fish_complete_path (commandline -ct)
    else
        string join \\n -- $found
    end
end
complete -c imagehooks -f -a '(__imagehooks_complete)'
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish }

/** What a shell is to read so that it completes the command line. */
export const completionScript = (shell: Shell): string => scripts[shell]
