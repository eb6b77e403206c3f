"""DuckDB over the bench's city in normalised tables: counts, and the eligible output as a file. Prints medians in seconds.

Exit code 3: the package is not there; the bench fetches it. Loading is not timed; tables are typed and in memory, as DuckDB likes them.
"""

import statistics
import sys
import time

try:
    import duckdb
except ImportError:
    sys.exit(3)

FOLDER = sys.argv[1]
RUNS = 7

DUE = {
    "breast:mammography": "woman AND age >= 65 AND NOT done_breast",
    "breast:mammography_palpation": "woman AND age BETWEEN 40 AND 64 AND NOT done_breast",
    "breast:ultrasound": "woman AND age BETWEEN 30 AND 39 AND NOT done_breast",
    "cervix:cytology": "woman AND age >= 20 AND NOT done_cervix AND (age < 40 OR NOT before_cervix)",
    "colorectal:fit": "age >= 40 AND NOT done_colorectal",
    "lung:chest_xray": "age >= 40 AND NOT done_lung",
    "lung:sputum": "age >= 40 AND NOT done_lung AND smoking >= 600",
    "oral_health:oral": "age IN (20, 30, 40, 50, 60, 70) AND NOT done_oral_health",
    "osteoporosis:bone_density": "woman AND age IN (40, 50, 60) AND NOT done_osteoporosis",
    "stomach:endoscopy": "age >= 50 AND NOT done_stomach AND NOT before_endoscopy",
    "stomach:xray": "age >= 35 AND NOT done_stomach",
}
PROGRAMMES = ["breast", "cervix", "colorectal", "lung", "oral_health", "osteoporosis", "stomach"]

DONE = ", ".join(f"bool_or(programme = '{p}' AND fiscal_year = 2026) AS done_{p}" for p in PROGRAMMES)
FLAGS = ", ".join(f"coalesce(done_{p}, false) AS done_{p}" for p in PROGRAMMES)
BASE = f"""
WITH history AS (
    SELECT id, {DONE},
        bool_or(programme = 'cervix' AND fiscal_year = 2025) AS before_cervix,
        bool_or(programme = 'stomach' AND examination = 'endoscopy' AND fiscal_year = 2025) AS before_endoscopy
    FROM results WHERE fiscal_year IN (2025, 2026) AND examined_on <= DATE '2026-10-01' GROUP BY id),
smoking AS (SELECT id, arg_max(value, known_on) AS smoking FROM facts WHERE known_on <= DATE '2026-10-01' GROUP BY id),
city AS (
    SELECT number, sex = 2 AS woman, 2027 - year(birth) - (month(birth) * 100 + day(birth) > 401)::INT AS age, {FLAGS},
        coalesce(before_cervix, false) AS before_cervix, coalesce(before_endoscopy, false) AS before_endoscopy, coalesce(smoking, 0) AS smoking
    FROM residents LEFT JOIN history USING (id) LEFT JOIN smoking USING (id)
    WHERE (resident_from IS NULL OR resident_from <= DATE '2026-10-01') AND (resident_to IS NULL OR resident_to > DATE '2026-10-01'))
"""
COUNTS = BASE + "SELECT " + ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in DUE.values()) + " FROM city"
CASES = ", ".join(f"CASE WHEN {rule} THEN '{name.replace(':', ',')}' END" for name, rule in DUE.items())
LINES = BASE + f", due AS (SELECT number, age, unnest([{CASES}]) AS line FROM city)"
LIST = (
    LINES
    + """ SELECT number AS 住民番号, split_part(line, ',', 1) AS 事業, split_part(line, ',', 2) AS 検査, age AS 年齢
    FROM due WHERE line IS NOT NULL ORDER BY number, line"""
)
EACH = " UNION ALL ".join(
    f"SELECT number AS 住民番号, '{name.split(':')[0]}' AS 事業, '{name.split(':')[1]}' AS 検査, age AS 年齢 FROM city WHERE {rule}"
    for name, rule in DUE.items()
)
UNION = BASE.replace("city AS (", "city AS MATERIALIZED (") + EACH + " ORDER BY 1, 2, 3"


def median(work):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


db = duckdb.connect()
db.execute(
    f"""CREATE TABLE residents AS SELECT * FROM read_csv('{FOLDER}/residents.csv', header = true,
    columns = {{'id': 'INTEGER', 'number': 'VARCHAR', 'birth': 'DATE', 'sex': 'UTINYINT', 'resident_from': 'DATE', 'resident_to': 'DATE'}})"""
)
db.execute(
    f"""CREATE TABLE results AS SELECT * FROM read_csv('{FOLDER}/results.csv', header = true,
    columns = {{'id': 'INTEGER', 'programme': 'VARCHAR', 'examination': 'VARCHAR', 'fiscal_year': 'SMALLINT', 'examined_on': 'DATE'}})"""
)
db.execute(
    f"""CREATE TABLE facts AS SELECT * FROM read_csv('{FOLDER}/facts.csv', header = true,
    columns = {{'id': 'INTEGER', 'value': 'INTEGER', 'known_on': 'DATE'}})"""
)

print("version", duckdb.__version__)
print("counts", median(lambda: db.execute(COUNTS).fetchall()))
# Two ways to write the list; the faster one stands for the peer.
target = f"{FOLDER}/duckdb.csv"
copies = [f"COPY ({query}) TO '{target}' (HEADER, DELIMITER ',')" for query in (UNION, LIST)]
print("list", min(median(lambda copy=copy: db.execute(copy)) for copy in copies))
for name, count in zip(DUE, db.execute(COUNTS).fetchall()[0]):
    print("count", name, count)
