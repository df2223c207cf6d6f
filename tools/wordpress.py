"""A real WordPress on loopback for tests: Debian's packages, an own MariaDB and PHP's own server, in one folder.

    python tools/wordpress.py --install     installs what is missing (as root) and ends
    python tools/wordpress.py               prints one line of JSON (url, username, password, post), then serves

Serves until SIGTERM, Ctrl-C or ``--minutes``; then stops its own two processes and removes its folder. Nothing of the
system's configuration is used or changed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

CODE = Path("/usr/share/wordpress")
PACKAGES = ("wordpress", "php-cli", "php-mysql", "mariadb-server")
PROGRAMS = ("php", "mariadbd", "mariadb-install-db")

CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
  define($name . '_KEY', '%(salt)s' . $name); define($name . '_SALT', $name . '%(salt)s');
}
define('WP_ENVIRONMENT_TYPE', 'local');  // application passwords without TLS, on loopback only
define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEFAULT_THEME', 'bare'); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_HOME', '%(url)s'); define('WP_SITEURL', '%(url)s');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(__DIR__ . $path)) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php'; $_SERVER['SCRIPT_FILENAME'] = __DIR__ . '/index.php';
require __DIR__ . '/index.php';
"""
# Visitors may write faster than one comment in 15 seconds.
NO_FLOOD_GUARD = "<?php add_filter('wp_is_comment_flood', '__return_false', 99);\n"
# A theme that shows a post with its comments; Debian keeps the usual ones in packages of their own.
THEME = """<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); wp_list_comments([],
  get_comments(['post_id' => get_the_ID(), 'status' => 'approve', 'order' => 'ASC'])); }
"""
# Comments appear at once; the permalinks are those that were asked for.
SET_UP = """<?php
require __DIR__ . '/wp-load.php';
update_option('comment_moderation', 0); update_option('comment_previously_approved', 0);
update_option('permalink_structure', $argv[1]); flush_rewrite_rules();
$user = get_user_by('login', $argv[2]);
[$password] = WP_Application_Passwords::create_new_application_password($user->ID, ['name' => 'otklik test']);
$post = wp_insert_post(['post_title' => 'Kettle & tea', 'post_status' => 'publish', 'post_author' => $user->ID]);
echo json_encode(['username' => $argv[2], 'password' => $password, 'post' => $post]);
"""


def missing() -> list[str]:
    """What has to be installed before a WordPress can start."""
    return [*(name for name in PROGRAMS if not shutil.which(name)), *([] if CODE.is_dir() else ["wordpress"])]


def install() -> None:
    """Install Debian's packages; services of the system are neither needed nor used."""
    if os.geteuid() != 0:
        sys.exit("As root: apt-get install --no-install-recommends " + " ".join(PACKAGES))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, stdout=sys.stderr)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=True,
                   env=environment, stdout=sys.stderr)


@contextlib.contextmanager
def running(command: list[str], folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, its output in ``log.txt``, ended by its own id."""
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environment},
                                   start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(ready: str, check: object, process: subprocess.Popen[bytes], folder: Path, seconds: float = 60) -> None:
    """Wait until ``check()`` is true; the log is shown when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if check():  # type: ignore[operator]
            return
        time.sleep(0.1)
    sys.exit(f"{ready} did not start:\n" + (folder / "log.txt").read_text(errors="replace")[-3000:])


def answers(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lay_out(folder: Path, url: str) -> Path:
    """Copy the code, so that nothing under /usr or /etc is written."""
    site = folder / "site"
    shutil.copytree(CODE, site, ignore=shutil.ignore_patterns("wp-config.php", "twentytwenty", "twentytwentyone"))
    facts = {"socket": folder / "db.sock", "salt": secrets.token_hex(32), "url": url}
    (site / "wp-config.php").write_text(CONFIG % facts)
    (folder / "router.php").write_text(ROUTER.replace("__DIR__", f"'{site}'"))
    (site / "set-up.php").write_text(SET_UP)
    for path, text in (("mu-plugins/no-flood-guard.php", NO_FLOOD_GUARD), ("themes/bare/index.php", THEME),
                       ("themes/bare/style.css", "/* Theme Name: Bare */")):
        (site / "wp-content" / path).parent.mkdir(parents=True, exist_ok=True)
        (site / "wp-content" / path).write_text(text)
    return site


def database(folder: Path) -> list[str]:
    """Make an empty database; returns the command that serves it on a socket in the folder."""
    user = f"--user={'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody')}"
    subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={folder}/db", user, "--skip-test-db",
                    "--auth-root-authentication-method=normal"], check=True, capture_output=True)
    (folder / "init.sql").write_text("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n")
    return ["mariadbd", "--no-defaults", f"--datadir={folder}/db", f"--socket={folder}/db.sock", "--skip-networking",
            user, f"--pid-file={folder}/db.pid", f"--init-file={folder}/init.sql", "--innodb-buffer-pool-size=32M"]


def install_site(url: str, username: str) -> None:
    """The second step of WordPress's own installer."""
    password = secrets.token_urlsafe(18)
    form = {"weblog_title": "Kettle shop", "user_name": username, "admin_password": password,
            "admin_password2": password, "admin_email": "shop@example.org", "language": ""}
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{url}/wp-admin/install.php?step=2", data, timeout=120) as answer:
        page = answer.read().decode(errors="replace")
    if "Success" not in page:
        sys.exit("WordPress was not installed:\n" + page[-2000:])


@contextlib.contextmanager
def wordpress(permalinks: str) -> Iterator[dict[str, object]]:
    """A fresh site; yields its url, a user name, an application password and the number of a post."""
    with tempfile.TemporaryDirectory(prefix="otklik-wordpress-") as name, contextlib.ExitStack() as stack:
        folder, port = Path(name), free_port()
        url = f"http://127.0.0.1:{port}"
        site = lay_out(folder, url)
        server = stack.enter_context(running(database(folder), folder))
        until("MariaDB", (folder / "db.sock").exists, server, folder)
        command = ["php", "-d", "sendmail_path=/bin/true", "-S", f"127.0.0.1:{port}", "-t", str(site),
                   str(folder / "router.php")]
        php = stack.enter_context(running(command, folder, PHP_CLI_SERVER_WORKERS="3"))
        until("PHP", lambda: answers(port), php, folder)
        install_site(url, "reviews")
        made = subprocess.run(["php", str(site / "set-up.php"), permalinks, "reviews"], check=True,
                              capture_output=True, text=True)
        (site / "set-up.php").unlink()
        yield {"url": url, **json.loads(made.stdout[made.stdout.index("{"):])}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--install", action="store_true", help="install Debian's packages when missing, and end")
    options.add_argument("--permalinks", default="/%postname%/", help="permalink structure; empty for plain ones")
    options.add_argument("--minutes", type=float, default=30, help="stop by itself after so long")
    chosen = options.parse_args()
    if missing() and chosen.install:
        install()
    if chosen.install and not missing():
        return
    if missing():
        sys.exit(f"Not here: {', '.join(missing())}. Install it with: python tools/wordpress.py --install (as root)")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with wordpress(chosen.permalinks) as site, contextlib.suppress(KeyboardInterrupt):
        print(json.dumps(site), flush=True)
        time.sleep(chosen.minutes * 60)


if __name__ == "__main__":
    main()
