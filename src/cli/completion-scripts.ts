// What the shells are given. They call this very program by its full path: an alias is not known inside a script.

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export function scriptFor(shell: (typeof SHELLS)[number], launcher: string): string {
  const program = `'${launcher.replaceAll("'", "'\\''")}'`
  return { bash, zsh, fish }[shell](program)
}

/** After `TENANT/`, `key=` and `BOT_` a word goes on: no space. */
const bash = (program: string) => `# eval "$(frota completion bash)" in ~/.bashrc, or this text itself
COMP_WORDBREAKS=\${COMP_WORDBREAKS//[=:]/}
_frota() {
  local IFS=$'\\n'
  COMPREPLY=($(${program} __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${COMPREPLY[0]-} == *[=/_] ]] && compopt -o nospace 2>/dev/null
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
