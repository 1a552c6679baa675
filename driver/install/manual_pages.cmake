# Writes the pages of the manual into FOLDER: normalize(1) and one for each command that PROGRAM
# names. PROGRAM is its path, and behind it what starts it where it is of another machine.
list(POP_FRONT PROGRAM path)
set(start ${PROGRAM} ${path})

function(write_page name)
  execute_process(COMMAND ${start} ${ARGN} --help=man OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE ${FOLDER}/${name}.1 "${text}")
endfunction()

file(REMOVE_RECURSE ${FOLDER})
execute_process(COMMAND ${start} --help=options OUTPUT_VARIABLE commands COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(^|\n)[a-z-]+\t" commands "${commands}")
foreach(command IN LISTS commands)
  string(STRIP "${command}" command)
  write_page(normalize-${command} ${command})
endforeach()
write_page(normalize)
