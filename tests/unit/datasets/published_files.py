"""Small files in the publishers' own forms about schools that do not exist."""

import csv
import gzip
import io
from pathlib import Path

KS2_COLUMNS = (
    "RECTYPE", "ALPHAIND", "LEA", "ESTAB", "URN", "SCHNAME", "NFTYPE", "ICLOSE", "TELIG", "PTRWM_EXP",
    "PTRWM_HIGH", "READPROG", "READPROG_LOWER", "READPROG_UPPER", "WRITPROG", "MATPROG", "READCOV",
    "READ_AVERAGE", "MAT_AVERAGE", "PTRWM_EXP_17",
)  # fmt: skip
KS2_SCHOOL = {
    "RECTYPE": "1", "LEA": "999", "ESTAB": "2001", "URN": "900001", "SCHNAME": "Mudlark Primary School",
    "NFTYPE": "CY", "ICLOSE": "0", "TELIG": "30", "PTRWM_EXP": "64%", "PTRWM_HIGH": "5%", "READPROG": "-5.1",
    "READPROG_LOWER": "-7.2", "READPROG_UPPER": "-3", "WRITPROG": "0.4", "MATPROG": "-1", "READCOV": "95%",
    "READ_AVERAGE": "102", "MAT_AVERAGE": "101", "PTRWM_EXP_17": "60%",
}  # fmt: skip
GIAS_COLUMNS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName",
    "TypeOfEstablishment (name)", "EstablishmentTypeGroup (name)", "EstablishmentStatus (name)", "OpenDate",
    "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "SchoolCapacity",
    "NumberOfPupils", "PercentageFSM", "Trusts (name)", "LastChangedDate", "Street", "Town", "Postcode",
    "HeadTitle (name)", "HeadFirstName", "HeadLastName", "Easting", "Northing",
)  # fmt: skip
GIAS_SCHOOL = {
    "URN": "900001", "LA (code)": "999", "LA (name)": "Estuary", "EstablishmentNumber": "2001",
    "EstablishmentName": "Mudlark Primary School", "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (name)": "Open", "OpenDate": "01-09-1970", "CloseDate": "",
    "PhaseOfEducation (name)": "Primary", "StatutoryLowAge": "4", "StatutoryHighAge": "11",
    "SchoolCapacity": "210", "NumberOfPupils": "198", "PercentageFSM": "21.5", "Trusts (name)": "",
    "LastChangedDate": "02-01-2019", "Street": "1 Quay Road", "Town": "Estuary", "Postcode": "ZZ1 1AA",
    "HeadTitle (name)": "Ms", "HeadFirstName": "Pat", "HeadLastName": "Example", "Easting": "575000",
    "Northing": "168000",
}  # fmt: skip


def table(columns, rows, *, separator=",", newline="\r\n", mark="") -> bytes:
    """The rows as the bytes of a file; a value not given is blank."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=separator, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return (mark + out.getvalue()).encode()


def ks2(*changes: dict, **rest) -> bytes:
    """A key stage 2 file of 2018, one row for each set of changes."""
    return table(KS2_COLUMNS, [KS2_SCHOOL | change for change in changes], **rest)


def gias(*changes: dict, **rest) -> bytes:
    """A register, one row for each set of changes."""
    return table(GIAS_COLUMNS, [GIAS_SCHOOL | change for change in changes], **rest)


def links(*rows: tuple) -> bytes:
    """A file of links: school, other school, type and day of each."""
    columns = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
    return table(
        columns, [dict(zip(columns, (u, v, "A school", kind, day), strict=True)) for u, v, kind, day in rows]
    )


def inspections(*rows: tuple) -> bytes:
    """A history of grades: school, grade and day as 20180131."""
    columns = ("URN", "Rating", "Inspection Date")
    return table(columns, [dict(zip(columns, row, strict=True)) for row in rows])


def write(folder: Path, **files: bytes) -> Path:
    """The folder with the files in it; two underscores stand for a point, and `.gz` is packed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return folder
