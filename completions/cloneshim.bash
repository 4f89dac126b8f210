# Completion of cloneshim(1) for bash: what it offers is read from the command's own --help.

_cloneshim_options() {
	"$1" "$2" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u
}

_cloneshim() {
	local command=$1 word=$2 previous=$3 subcommand=${COMP_WORDS[1]-} i
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$command" --help 2>/dev/null | awk '/^  [a-z]+ / { print $1 }') --help --version" -- "$word")
		return
	fi
	case $previous in
	--format) mapfile -t COMPREPLY < <(compgen -W 'text strace json' -- "$word") && return ;;
	--probe) mapfile -t COMPREPLY < <(compgen -W 'auto patch dispatch off' -- "$word") && return ;;
	--path) mapfile -t COMPREPLY < <(compgen -W 'creation full' -- "$word") && return ;;
	esac
	if [ "$subcommand" = run ]; then
		# What follows the program is the program's.
		for ((i = 2; i < COMP_CWORD; i++)); do
			case ${COMP_WORDS[i]} in
			-o | --output | --format | --probe | --path | --inject | --size) ((i++)) ;;
			-*) ;;
			*) declare -F _command_offset >/dev/null && _command_offset "$i"; return ;;
			esac
		done
		[[ $word == -* ]] || mapfile -t COMPREPLY < <(compgen -c -- "$word")
	fi
	case $word in
	-*) mapfile -t COMPREPLY < <(compgen -W "$(_cloneshim_options "$command" "$subcommand")" -- "$word") ;;
	*) [ "$subcommand" = run ] || mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _cloneshim cloneshim
