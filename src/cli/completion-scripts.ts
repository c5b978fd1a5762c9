// What the shells are given. They call this very program by its full path: an alias is not known inside a script.

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export function scriptFor(shell: (typeof SHELLS)[number], launcher: string): string {
  const program = `'${launcher.replaceAll("'", "'\\''")}'`
  return { bash, zsh, fish }[shell](program)
}

/**
 * After `TENANT/`, `key=` and `BOT_` a word goes on: no space. Bash breaks words at `=` and `:`, for all programs of the shell:
 * they are put together again here, and answered without what stands before the break.
 */
const bash = (program: string) => `# eval "$(frota completion bash)" in ~/.bashrc, or this text itself
_frota() {
  local IFS=$'\\n' line=\${COMP_LINE:0:COMP_POINT} piece last breaks= words=()
  for piece in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if (( \${#words[@]} )) && [[ -n $piece && $line != [[:space:]]* ]]; then
      words[\${#words[@]}-1]+=$piece
    elif [[ -n $piece || $line == [[:space:]]* || \${#words[@]} -eq 0 ]]; then
      words+=("$piece")
    fi
    line=\${line#"\${line%%[![:space:]]*}"}
    line=\${line#"$piece"}
  done
  COMPREPLY=($(${program} __complete -- "\${words[@]:1}" 2>/dev/null))
  [[ \${COMPREPLY[0]-} == *[=/_] ]] && compopt -o nospace 2>/dev/null
  last=\${words[\${#words[@]}-1]}
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+==
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
  if [[ -n $breaks && $last == *[$breaks]* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${last%"\${last##*[$breaks]}"}"}")
  fi
  return 0
}
complete -o default -F _frota frota
`

const zsh = (program: string) => `#compdef frota
# eval "$(frota completion zsh)" in ~/.zshrc, after compinit
_frota() {
  local -a found
  found=("\${(@f)$(${program} __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  (( $#found )) || { _files; return }
  compadd -S '' -- \${(M)found:#*[=/_]}
  compadd -- \${found:#*[=/_]}
}
compdef _frota frota
`

const fish = (program: string) => `# frota completion fish > ~/.config/fish/completions/frota.fish
function __frota_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  ${program.replaceAll("'\\''", "\\'")} __complete -- $before[2..-1] "$current" 2>/dev/null
end
complete -c frota -f -a '(__frota_complete)'
`
