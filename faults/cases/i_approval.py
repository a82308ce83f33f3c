"""I: what is approved, and what is tried to run instead."""

import json
import os
import re
import shutil
import subprocess

from harness.registry import case
from harness.trial import phase, step, undo

PEOPLE = ("ana", "raj", "olga")
CODES = re.compile(r"error\[(E\d+)\]")


class Review:
    """A plan with an SQL file in it, the people who must approve it, and their keys out of its folder's reach."""

    PLAN = "case.plan"

    def __init__(self, trial, database, **keys):
        self.trial, self.database = trial, database
        self.keys = trial.folder + ".keys"
        os.mkdir(self.keys, 0o700)
        trial.later(lambda: shutil.rmtree(self.keys, ignore_errors=True))
        for who in PEOPLE:
            self.keygen("-q", "-t", "ed25519", "-N", "", "-C", who, "-f", self.key(who))
        self.sign_for(*PEOPLE)
        self.env = {"GONOGO_SIGNERS": self.signers, "HOME": self.keys}
        trial.file("up.sql", "CREATE TABLE t1 (id integer);\n")
        self.runbook(**keys)

    def runbook(self, name="case", **keys):
        """Two of lead and dba, none of them Olga, who wrote it."""
        self.trial.runbook(
            self.database,
            {"id": "p", "sql": "up.sql", "rollback": {"statement": "DROP TABLE t1"}},
            name=name,
            owner="olga@x.org",
            roles={"lead": {"members": ["ana@x.org", "olga@x.org"]}, "dba": {"members": ["raj@x.org"]}},
            approvals={"required": 2, "from": ["lead", "dba"], "not_author": True, "expires": "7d"} | keys,
        )

    def key(self, who):
        return os.path.join(self.keys, who)

    @property
    def signers(self):
        return os.path.join(self.keys, "signers")

    def keygen(self, *words, text=None):
        done = subprocess.run(["ssh-keygen", *words], input=text, capture_output=True, check=True)
        return done.stdout.decode()

    def sign_for(self, *people, options='namespaces="gonogo-approval@v1"', principal=None):
        """Writes the signers file."""
        with open(self.signers, "w") as file:
            for who in people:
                with open(self.key(who) + ".pub") as public:
                    key = " ".join(public.read().split()[:2])
                name = principal if principal and who == "raj" else f"{who}@x.org"
                limit = options if who == "raj" else 'namespaces="gonogo-approval@v1"'
                file.write(f"{name} {limit} {key}\n".replace("  ", " "))
        os.chmod(self.signers, 0o600)

    def gonogo(self, *words, **env):
        return self.trial.gonogo.run(*words, env=self.env | env)

    def make(self, *words):
        return self.gonogo("plan", "case.runbook.yaml", "--target", "-o", self.PLAN, "--force", *words)

    def approve(self, who, role):
        return self.gonogo("approve", self.PLAN, "--as", role, "--by", f"{who}@x.org", "--key", self.key(who))

    def approved(self):
        """Makes the plan and has it approved by all who must."""
        self.trial.status(self.make(), 0)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.trial.status(self.approve("ana", "lead"), 0)
        self.trial.status(self.approve("raj", "dba"), 0)

    def run(self, **env):
        return self.gonogo("run", self.PLAN, "--yes", **env)

    @property
    def plan(self):
        return os.path.join(self.trial.folder, self.PLAN)

    @property
    def folder(self):
        return self.plan + ".approvals"

    def approval(self, role):
        """The file of an approval."""
        return os.path.join(self.folder, next(name for name in os.listdir(self.folder) if name.startswith(role)))

    def edit(self, path, old, new):
        with open(path) as file:
            text = file.read()
        self.trial.proves(old in text, f"{old!r} is not in {os.path.basename(path)}")
        with open(path, "w") as file:
            file.write(text.replace(old, new))

    def refuses(self, what, *codes, **env):
        """It is refused for these reasons, and the database has heard of nothing, not even of a ledger."""
        answer = self.run(**env)
        self.trial.status(answer, 6)
        self.trial.says(answer, *codes)
        self.trial.reads(CODES.findall(answer.text), list(codes), f"refusals when {what}")
        self.trial.reads(self.database.tables(), [], f"tables when {what}")
        self.trial.reads(self.runs(), [], f"runs when {what}")

    def runs(self):
        folder = os.path.join(self.trial.state, "runs")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


@case("F117", "The SQL and the runbook are edited after the approval", quick=True)
def edited_files(trial):
    """A plan is made and approved; then its SQL file makes another table, and the runbook asks for one approval less.

    What was approved is what runs, byte for byte; the difference is told. Both engines.
    """
    for database in (trial.sqlite(), trial.postgres()):
        review = Review(trial, database)
        review.approved()
        trial.file("up.sql", "CREATE TABLE evil (id integer);\n")
        review.runbook(required=1)
        answer = review.run()
        trial.status(answer, 0)
        trial.says(answer, "by now the runbook or its files differ", "Approved by ana@x.org as lead; raj@x.org as dba")
        trial.tables(database, "t1")
        start = trial.events("run.started")[0]
        names = [one["identity"] for one in start["approvals"]]
        trial.reads(names, ["ana@x.org", "raj@x.org"], "approvals in the journal")
        trial.clean(database)
        shutil.rmtree(review.keys)
        shutil.rmtree(trial.state)


@case("F118", "The plan or an approval is not what was signed", quick=True)
def not_as_signed(trial):
    """Plan and approvals are edited, copied from another plan, signed for something else, by a revoked key, by a key whose
    time has passed, by a key that may sign for anything, by nobody known, and by the author; somebody rejects the plan.

    Each is refused with 6 before anything is reached, with a code of its own, and there is neither a ledger nor a run.
    """
    review = Review(trial, trial.sqlite())
    review.approved()
    shutil.copytree(review.folder, review.folder + ".kept")

    def again():
        shutil.rmtree(review.folder)
        shutil.copytree(review.folder + ".kept", review.folder)

    review.edit(review.plan, '"id":"p"', '"id":"q"')
    review.refuses("a byte of the plan is another", "E532", "E532", "E525")
    trial.status(review.make(), 0)
    review.edit(review.plan, "CREATE TABLE t1", "CREATE TABLE t2")
    review.refuses("SQL in the plan is edited", "E519")
    trial.status(review.make("--var", "none=x"), 3)
    trial.status(review.make(), 0)
    review.edit(review.approval("dba"), "raj@x.org", "ana@x.org")
    review.refuses("an approval names somebody else", "E540", "E526")
    again()
    review.edit(review.approval("dba"), '"expires":"20', '"expires":"99')
    review.refuses("an approval was prolonged", "E533", "E526")
    again()
    resigned(review, "git")
    review.refuses("a signature is for something else", "E531", "E526")
    again()
    review.sign_for("ana", "olga")
    review.refuses("a key is nobody's", "E540", "E526")
    review.sign_for(*PEOPLE, options="")
    review.refuses("a key may sign for anything", "E531", "E526")
    review.sign_for(*PEOPLE, options='valid-before="20200101",namespaces="gonogo-approval@v1"')
    review.refuses("a key's time has passed", "E540", "E526")
    review.sign_for(*PEOPLE)
    revoked = os.path.join(review.keys, "revoked")
    review.keygen("-q", "-k", "-f", revoked, review.key("raj") + ".pub")
    review.refuses("a key was revoked", "E530", "E526", GONOGO_REVOKED=revoked)
    answer = review.approve("olga", "lead")
    trial.status(answer, 6)
    trial.says(answer, "E528")
    no = ("--as", "dba", "--by", "raj@x.org", "--key", review.key("raj"), "--reason", "not like this")
    trial.status(review.gonogo("reject", review.PLAN, *no), 0)
    review.refuses("somebody rejected it", "E536", "E526")
    again()
    trial.status(review.run(), 0)
    trial.tables(review.database, "t1")
    trial.clean(review.database)


def resigned(review, namespace):
    """Puts a signature by the right key in the place of one, made for something else."""
    path = review.approval("dba")
    with open(path) as file:
        record = json.load(file)
    del record["signature"]
    text = json.dumps(record, separators=(",", ":"), sort_keys=True)
    record["signature"] = review.keygen(
        "-q", "-Y", "sign", "-n", namespace, "-f", review.key("raj"), text=text.encode()
    )
    with open(path, "w") as file:
        file.write(json.dumps(record, separators=(",", ":"), sort_keys=True) + "\n")


@case("F118b", "The signers file is somebody else's", quick=True)
def signers_of_others(trial):
    """The signers file may be written by everybody, so may its folder; it has a `*`; it lies in the runbook's folder.

    What `ssh-keygen` takes is refused all the same, with 6; with a file in order the plan runs.
    """
    review = Review(trial, trial.sqlite())
    review.approved()
    os.chmod(review.signers, 0o666)
    review.refuses("everybody may write it", "E534")
    os.chmod(review.signers, 0o600)
    os.chmod(review.keys, 0o777)
    review.refuses("everybody may write its folder", "E534")
    os.chmod(review.keys, 0o700)
    review.sign_for(*PEOPLE, principal="*")
    review.refuses("a key may sign for anybody", "E535")
    review.sign_for(*PEOPLE)
    inside = os.path.join(trial.folder, "signers")
    shutil.copy(review.signers, inside)
    review.refuses("it lies in the runbook's folder", "E534", GONOGO_SIGNERS=inside)
    trial.status(review.run(), 0)
    trial.tables(review.database, "t1")
    trial.clean(review.database)


@case("F119", "A plan is run again", quick=True)
def replayed(trial):
    """A plan is carried out; it is run again, run again after it was taken back, and planned anew. Both engines.

    It is carried out once: refused with 6 and the name of its run. What is planned anew runs.
    """
    for database in (trial.sqlite(), trial.postgres()):
        trial.runbook(database, phase("p", step("s", "CREATE TABLE t1 (id integer)"), undo=undo("DROP TABLE t1")))
        make = ("plan", "case.runbook.yaml", "--target", "-o", "case.plan", "--force")
        trial.status(trial.gonogo.run(*make), 0)
        trial.status(trial.gonogo.run("run", "case.plan", "--yes"), 0)
        first = trial.name
        answer = trial.gonogo.run("run", "case.plan", "--yes")
        trial.status(answer, 6)
        trial.says(answer, "E520", first, "done")
        trial.tables(database, "t1")
        trial.status(trial.rollback(), 0)
        answer = trial.gonogo.run("run", "case.plan", "--yes")
        trial.status(answer, 6)
        trial.says(answer, "E520", first, "nothing stands", "plan again")
        trial.tables(database)
        trial.status(trial.gonogo.run(*make), 0)
        trial.status(trial.gonogo.run("run", "case.plan", "--yes"), 0)
        trial.tables(database, "t1")
        trial.clean(database)
        shutil.rmtree(trial.state)


@case("F120", "The database drifted since the plan, or another one answers", quick=True)
def drifted(trial):
    """After the plan a column is added to the table it changes, then one to another table; then another database takes the
    place of the planned one. Both engines.

    6 with the object that changed; of other objects only a note; 6 with both identities. Nothing was changed.
    """
    for database in (trial.sqlite(), trial.postgres()):
        database.query("CREATE TABLE orders (id integer)")
        database.query("CREATE TABLE others (id2 integer)")
        trial.runbook(
            database, phase("p", step("s", "ALTER TABLE orders ADD COLUMN tenant integer"), undo={"none": "stays"})
        )
        make = ("plan", "case.runbook.yaml", "--target", "-o", "case.plan", "--force")
        trial.status(trial.gonogo.run(*make), 0)
        database.query("ALTER TABLE orders ADD COLUMN surprise integer")
        before = database.schema()
        answer = trial.gonogo.run("run", "case.plan", "--yes")
        trial.status(answer, 6)
        trial.says(answer, "E523", r"added column \S*orders.surprise")
        trial.reads(database.schema(), before, "schema after the refusal")
        trial.status(trial.gonogo.run(*make), 0)
        database.query("ALTER TABLE others ADD COLUMN more integer")
        other(trial, database)
        answer = trial.gonogo.run("run", "case.plan", "--yes")
        trial.status(answer, 6)
        trial.says(answer, "E521", "identity")
        other(trial, database, back=True)
        answer = trial.gonogo.run("run", "case.plan", "--yes")
        trial.status(answer, 0)
        trial.says(answer, "other objects than the plan names have changed")
        trial.clean(database)
        shutil.rmtree(trial.state)


def other(trial, database, back=False):
    """Puts another database in the place of one, or that one back."""
    if database.engine == "sqlite":
        if not back:
            os.rename(database.path, database.path + ".old")
            shutil.copy(database.path + ".old", database.path)
        else:
            os.unlink(database.path)
            os.rename(database.path + ".old", database.path)
        return
    name, server = database.name, database.server
    if not back:
        server.psql("postgres", f'ALTER DATABASE "{name}" RENAME TO "{name}_old"')
        server.psql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{name}_old"')
    else:
        server.psql("postgres", f'DROP DATABASE "{name}"')
        server.psql("postgres", f'ALTER DATABASE "{name}_old" RENAME TO "{name}"')
