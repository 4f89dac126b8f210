# Completion of cloneshim(1) for bash: the options that it offers, and which of them take an argument, are read from the command's own
# --help; the values that an option takes are in the table below.

_cloneshim_options() {
	"$1" "$2" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u
}

# "-f --format" for each option that takes an argument.
_cloneshim_with_argument() {
	"$1" "$2" --help 2>/dev/null | sed -n \
		-e 's/^ *-\(.\), --\([a-z-]*\)=.*/-\1 --\2/p' -e 's/^ *--\([a-z-]*\)=.*/--\1/p' -e 's/^ *-\([a-z]\) [A-Z].*/-\1/p'
}

_cloneshim_values() {
	case $1\ $2 in
	run\ --format | run\ -f | show\ --format | show\ -f) echo text strace json ;;
	run\ --probe | run\ -p) echo auto patch dispatch off ;;
	run\ --path | run\ -P | compare\ --path) echo creation full ;;
	summary\ --by | summary\ -b) echo api caller path ;;
	summary\ --sort | summary\ -s) echo count time kernel median max errors stacks name ;;
	compare\ --by) echo trace api ;;
	explain\ --syscall | explain\ -s) echo clone clone3 ;;
	esac
}

_cloneshim() {
	local command=$1 word=$2 previous=$3 subcommand=${COMP_WORDS[1]-} values with_argument i
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$command" --help 2>/dev/null | awk '/^  [a-z]+ / && $1 != "cloneshim" { print $1 }') --help --version" -- "$word")
		return
	fi
	# bash takes --by=api for three words.
	[ "$word" != = ] || word=
	[ "${COMP_WORDS[COMP_CWORD]}" = = ] || [ "$previous" != = ] || previous=${COMP_WORDS[COMP_CWORD - 2]}
	values=$(_cloneshim_values "$subcommand" "$previous")
	if [ -n "$values" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
		return
	fi
	with_argument=" $(_cloneshim_with_argument "$command" "$subcommand" | tr '\n' ' ')"
	if [[ $with_argument == *" $previous "* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	if [ "$subcommand" = run ]; then
		# What follows the program is the program's.
		for ((i = 2; i < COMP_CWORD; i++)); do
			case ${COMP_WORDS[i]} in
			-*)
				[[ $with_argument == *" ${COMP_WORDS[i]} "* ]] || continue
				[ "${COMP_WORDS[i + 1]}" = = ] && ((i += 2)) || ((i += 1))
				;;
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
