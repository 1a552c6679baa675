;;; t-autoloads.el --- automatically extracted autoloads  -*- lexical-binding: t -*-
;;
;;; Code:


;;;### (autoloads nil "demo" "demo.el" (0 0 0 0))
;;; Generated autoloads from demo.el

(autoload 'demo "demo" nil t nil)

;;;***

;;;### (autoloads nil nil ("demo-autoloads.el") (0 0 0 0))

;;;***

(provide 't-autoloads)
;; Local Variables:
;; version-control: never
;; no-byte-compile: t
;; no-update-autoloads: t
;; coding: utf-8
;; End:
;;; t-autoloads.el ends here
