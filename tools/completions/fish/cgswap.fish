# SPDX-License-Identifier: BSD-2-Clause
#
# Completion of cgswap in fish. `cgswap complete WORD...` prints the candidates for the last word.

function __cgswap_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (command $words[1] complete $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end

complete -c cgswap -f -a '(__cgswap_candidates)'
