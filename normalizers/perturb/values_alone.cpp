// Formats whose noise is in values alone, which the rules give: there is nothing else to shake.

#include "normalizers/perturb/shake.h"

namespace normalize::perturb {

#define VALUES_ALONE(name) \
  Content shake_##name(ByteView file, Shaker&) { return Content::view(file); }

VALUES_ALONE(pkgsrc)
VALUES_ALONE(mo)
VALUES_ALONE(rpm)
VALUES_ALONE(uimage)
VALUES_ALONE(bflt)
VALUES_ALONE(elc)
VALUES_ALONE(pear)
VALUES_ALONE(zip)
VALUES_ALONE(manifest)
VALUES_ALONE(pe)
VALUES_ALONE(iso9660)
VALUES_ALONE(javadoc)
VALUES_ALONE(maven_plugin)
VALUES_ALONE(properties)
VALUES_ALONE(git_json)
VALUES_ALONE(sisu_index)
VALUES_ALONE(cargo)
VALUES_ALONE(debian_upload)
VALUES_ALONE(bzip2)
VALUES_ALONE(compress)
VALUES_ALONE(lzma)
VALUES_ALONE(adb)
VALUES_ALONE(erofs)
VALUES_ALONE(squashfs)

#undef VALUES_ALONE

}  // namespace normalize::perturb
