# dh --with normalize (or Build-Depends: dh-sequence-normalize): normalizes the packages' build
# folders when nothing but their sums is left to be made, instead of dh_strip_nondeterminism.

use strict;
use warnings;
use Debian::Debhelper::Dh_Lib;

insert_before('dh_md5sums', 'dh_normalize');
remove_command('dh_strip_nondeterminism');

1;
