"""The files of `.deploy/` agree with the app, and with each other."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest
import streamlit
import yaml

from ce_viz.live.classes import limits
from ce_viz.pages.frame import server, shield, uploads
from tests.deploy.proxy import DEPLOY, ROOT

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
RESOURCES = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
KUBERNETES = {each["kind"]: each for each in RESOURCES if each["metadata"]["name"] == "ce-viz"}
CLASSES = {each["kind"]: each for each in RESOURCES if each["metadata"]["name"] == "ce-viz-classes"}
POD = KUBERNETES["Deployment"]["spec"]["template"]
CONTAINER = POD["spec"]["containers"][0]
SERVER = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["server"]


def body_limits() -> list[str]:
    annotations = KUBERNETES["Ingress"]["metadata"]["annotations"]
    return [
        re.search(r"client_max_body_size (\w+);", NGINX)[1],
        annotations["nginx.ingress.kubernetes.io/proxy-body-size"],
    ]


def test_image_runs_as_nobody_special_and_knows_whether_it_is_well():
    assert re.search(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)[1] != "0"
    assert re.search(r"^HEALTHCHECK[^\[]+\[.*/_stcore/health", DOCKERFILE, re.MULTILINE)


def test_images_python_is_new_enough():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "requires-python"
    ]
    version = [tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups())) for text in (DOCKERFILE, wanted)]
    assert version[0] >= version[1]


def test_builder_is_sent_what_the_image_copies():
    sent = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    copied = [
        name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    ]
    assert {Path(name).parts[0] for name in sent} == {Path(name).parts[0] for name in copied}
    assert all((ROOT / name).exists() for name in sent)


def test_proxies_take_what_the_app_takes_and_little_more():
    most = SERVER["maxUploadSize"]
    for limit in body_limits():
        assert limit == f"{most + 1}m"


def policy(text: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


def mapped(variable: str, name: str) -> dict[str, str]:
    body = re.search(rf"map \{variable} \{name} {{(.*?)}}", NGINX, re.DOTALL)
    assert body
    return dict(re.findall(r'(\w+)\s+"?([^";]*)"?;', body.group(1)))


def test_the_proxys_policy_is_the_apps_and_lets_others_frame_what_is_made_for_it_alone():
    page = (Path(streamlit.__file__).parent / "static/index.html").read_text(encoding="utf-8")
    assert shield.default_policy().count("'sha256-") == page.count("<script>") > 0
    lines = re.findall(r'set \$policy "(?:\$policy; )?(.+)";', NGINX)
    assert policy("; ".join(lines)) == {**policy(shield.default_policy()), "frame-ancestors": "$frames"}
    assert mapped("$arg_embed", "$frames") == {"true": "*", "default": "'none'"}
    assert mapped("$arg_embed", "$frame_options") == {"true": "", "default": "DENY"}
    assert "add_header X-Frame-Options $frame_options always;" in NGINX


def test_the_proxy_replaces_each_header_that_the_app_sends():
    hidden = set(re.findall(r"proxy_hide_header ([\w-]+);", NGINX))
    assert {"Content-Security-Policy", *shield.HEADERS} <= hidden
    for name, value in shield.HEADERS.items():
        assert re.search(rf'add_header {name} "?{re.escape(value)}"? always;', NGINX)


def test_composed_replicas_stand_where_nginx_looks_for_them():
    named = re.findall(r"^server ([\d.]+):8501 ", (DEPLOY / "replicas.conf").read_text(), re.MULTILINE)
    services = COMPOSE["services"].values()
    given = [each["networks"]["inside"]["ipv4_address"] for each in services if each["image"] == "ce_viz"]
    assert named == given
    assert len(named) > 1


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_composed_container_has_no_rights_it_does_not_need(name):
    service = COMPOSE["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_composed_proxy_is_given_files_that_exist():
    for volume in COMPOSE["services"]["proxy"]["volumes"]:
        source, target, mode = volume.split(":")
        assert (DEPLOY / source).is_file()
        assert target.startswith("/etc/ce_viz/")
        assert mode == "ro"


def test_kubernetes_selectors_find_the_pods():
    labels = POD["metadata"]["labels"]
    spread = POD["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]
    selectors = [KUBERNETES[kind]["spec"]["selector"] for kind in ("Deployment", "PodDisruptionBudget")]
    for wanted in [
        *(each["matchLabels"] for each in selectors),
        KUBERNETES["Service"]["spec"]["selector"],
        spread,
    ]:
        assert wanted.items() <= labels.items()


def test_kubernetes_keeps_a_visitor_on_one_replica():
    assert KUBERNETES["Service"]["spec"]["sessionAffinity"] == "ClientIP"
    annotations = KUBERNETES["Ingress"]["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/affinity"] == "cookie"


def test_kubernetes_spreads_classes_by_their_codes_over_the_same_pods():
    assert CLASSES["Service"]["spec"]["selector"] == KUBERNETES["Service"]["spec"]["selector"]
    annotations = CLASSES["Ingress"]["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/upstream-hash-by"] == "$uri"
    assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    (rule,) = CLASSES["Ingress"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert rule["host"] == KUBERNETES["Ingress"]["spec"]["rules"][0]["host"]
    assert path["path"] == "/live/class/"
    assert path["backend"]["service"]["name"] == CLASSES["Service"]["metadata"]["name"]
    assert len(RESOURCES) == len(KUBERNETES) + len(CLASSES)


def test_what_classes_may_take_is_stated_as_it_is():
    readme = " ".join((DEPLOY / "README.md").read_text(encoding="utf-8").split())
    for stated in (
        f"{limits.MAX_ROOMS} in a process, {limits.MAX_MEMBERS} students each, {limits.MAX_STREAMS:,} streams together",
        f"{shield.LIVE_LISTENING} from one visitor",
        f"{limits.OPENS_A_MINUTE} codes a minute are derived, {limits.DERIVING} at a time",
        f"at most {limits.TEACHER_BODY // 1024} kB and a student's {limits.STUDENT_BODY // 1024} kB",
        f"at most {limits.BODY_SECONDS:.0f} seconds to arrive",
        f"{limits.SHOWS_A_SECOND} messages a second from a teacher",
        f"{limits.VOTES_A_SECOND} from a student after the first ten, {limits.ROOM_VOTES_A_SECOND} votes a second",
        f"for {limits.STALLED:.0f} seconds ends",
        f"after {limits.IDLE / 60:.0f} minutes, any after {limits.LONGEST / 3600:.0f} hours",
    ):
        assert stated in readme


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_kubernetes_asks_the_replicas_own_port_whether_they_are_well(probe):
    assert CONTAINER[probe]["httpGet"] == {"path": "/_stcore/health", "port": CONTAINER["ports"][0]["name"]}
    assert CONTAINER["ports"][0]["containerPort"] == 8501


def test_kubernetes_pods_have_no_rights_they_do_not_need():
    assert POD["spec"]["securityContext"]["runAsNonRoot"]
    assert str(POD["spec"]["securityContext"]["runAsUser"]) == re.search(r"USER (\d+)", DOCKERFILE)[1]
    assert not POD["spec"]["automountServiceAccountToken"]
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_readme_names_files_that_exist():
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests/)[\w./]+|[\w-]+\.(?:yaml|conf)|Dockerfile)`", readme))
    assert {"nginx.conf", "kubernetes.yaml", "tests/browser/test_proxy.py"} <= named
    assert all((DEPLOY / name).exists() or (ROOT / name).exists() for name in named)


def test_every_file_is_named_in_the_readme():
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    tracked = {path.name for path in DEPLOY.iterdir()} - {"README.md", "Dockerfile.dockerignore"}
    assert all(f"`{name}`" in readme for name in tracked)


def test_readme_tells_the_limits_that_the_app_keeps():
    readme = " ".join((DEPLOY / "README.md").read_text(encoding="utf-8").split())
    assert f"{uploads.MOST_BYTES // 1_000_000} MB for all visitors" in readme
    assert f"{server.FILES_A_VISITOR} open files a visitor" in readme
    assert f"{server.KEPT_SESSIONS} visitors" in readme
    assert f"{1 / shield.MESSAGE_COST:.0f} messages a second" in readme
    assert f"{1 / shield.LIVE_COST:.0f} live answers a second" in readme
    assert all(name in readme for name in re.findall(r"CE_VIZ_\w+", inspect.getsource(shield.Rules.read)))
