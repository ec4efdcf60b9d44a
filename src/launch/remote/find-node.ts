// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of the shell.

/**
 * Find a Node that is new enough on a host of which nothing is known but that it has a `/bin/sh`.
 *
 * A login by ssh without a terminal reads few of a user's profiles, and version managers are set up
 * in exactly those that it leaves out. So their usual places are searched as well.
 */

/** What the script ends with if no Node will do, and a Node that is too old. */
export const NO_NODE_EXIT_CODE = 87;

/** How the one line begins that the script prints then. */
export const NO_NODE_PREFIX = 'tsmpi-agent 1 no-node ';

/** The places where Node lies that no PATH names, the likelier ones first. */
const USUAL_PLACES = [
  '"${VOLTA_HOME:-$HOME/.volta}/bin/node"',
  '"${FNM_DIR:-$HOME/.local/share/fnm}/aliases/default/bin/node"',
  '"$HOME/.fnm/aliases/default/bin/node"',
  '"$HOME/Library/Application Support/fnm/aliases/default/bin/node"',
  '"${ASDF_DATA_DIR:-$HOME/.asdf}/shims/node"',
  '"${MISE_DATA_DIR:-$HOME/.local/share/mise}/shims/node"',
  '/usr/local/bin/node',
  '/opt/homebrew/bin/node',
].join(' ');

/**
 * Run a text of JavaScript in the first Node that takes it.
 *
 * `$1` is the text, `$2` the only Node to try, or empty, and `$3` a double quote. The text must end
 * with `NO_NODE_EXIT_CODE`, before it reads anything, if its Node is too old. Whatever else it ends
 * with, the script does, unless that was no Node: the stand-ins of version managers fail where no
 * version has been chosen.
 *
 * For any POSIX shell, in one line, without single quotes, backslashes and exclamation marks, as
 * `quoteLine` demands.
 */
export const FIND_NODE: string = [
  'js=$1; q=$3; searched=$PATH; found=; seen=:;',

  // Makes a text that needs no escapes in JSON. The range is [ \ ], and Z stays Z.
  'clean() { printf %s "$1" | LC_ALL=C tr -d "[:cntrl:]" | LC_ALL=C tr "${q}Z-]" "_Z___"; };',

  'note() { found="$found${found:+,}[$q$(clean "$1")$q,$q$(clean "$2")$q]"; };',

  'attempt() {',
  'case "$seen" in *":$1:"*) return;; esac;',
  'seen="$seen$1:";',
  'if [ -f "$1" ] && [ -x "$1" ]; then',
  '"$1" -e "$js"; code=$?;',
  'if [ $code = 0 ]; then exit 0; fi;',
  'version=$("$1" -v </dev/null 2>/dev/null) || version=;',
  `if [ $code -ne ${NO_NODE_EXIT_CODE} ] && [ -n "$version" ]; then exit $code; fi;`,
  'note "$1" "${version#v}";',
  'fi;',
  '};',

  'if [ -n "$2" ]; then attempt "$2"; [ -n "$found" ] || note "$2" ""; else',

  'attempt "$(command -v node)";',

  // The login shell's PATH, behind a mark, since a profile may print things. A C shell takes no -l here.
  'case "${SHELL:-/bin/sh}" in *csh) login=-c;; *) login=-lc;; esac;',
  'more=$("${SHELL:-/bin/sh}" $login "echo tsmpi-environment; env" </dev/null 2>/dev/null',
  '| sed -n "/^tsmpi-environment$/,$ s/^PATH=//p" | head -n 1);',
  'PATH=${more:-$PATH}; export PATH;',
  'attempt "$(command -v node)";',

  'nvm=${NVM_DIR:-$HOME/.nvm}/versions/node;',
  'for version in $(ls "$nvm" 2>/dev/null | sed -n "/^v[0-9.]*$/s/v//p" | sort -t . -k 1,1nr -k 2,2nr -k 3,3nr);',
  'do attempt "$nvm/v$version/bin/node"; done;',

  `for node in ${USUAL_PLACES}; do attempt "$node"; done;`,
  'fi;',

  `echo "${NO_NODE_PREFIX}{$q""found$q:[$found],$q""path$q:$q$(clean "$searched")$q}";`,
  `exit ${NO_NODE_EXIT_CODE}`,
].join(' ');
