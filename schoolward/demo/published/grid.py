"""British National Grid to longitude and latitude, for boundaries drawn beside schools' eastings.

The transverse Mercator series of the Ordnance Survey's guide to coordinate systems (Airy 1830), then a
shift of the datum to WGS84 good to some five metres, the accuracy the guide gives for one shift.
"""

from math import atan2, cos, degrees, hypot, radians, sin, tan

_A, _B = 6_377_563.396, 6_356_256.909
_F0, _LAT0, _LON0 = 0.9996012717, radians(49), radians(-2)
_E0, _N0 = 400_000.0, -100_000.0
_E2 = 1 - (_B / _A) ** 2
_N = (_A - _B) / (_A + _B)
# Helmert shift from OSGB36 to WGS84: metres, parts per million, seconds of arc
_SHIFT, _SCALE = (446.448, -125.157, 542.060), -20.4894e-6
_TURN = tuple(radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_WGS_A, _WGS_B = 6_378_137.0, 6_356_752.314245


def to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """(longitude, latitude) in degrees."""
    lat, lon = _unproject(easting, northing)
    x, y, z = _to_space(lat, lon, _A, _B)
    rx, ry, rz = _TURN
    turned = (x - rz * y + ry * z, rz * x + y - rx * z, -ry * x + rx * y + z)
    moved = [
        shift + was + _SCALE * was_turned
        for shift, was, was_turned in zip(_SHIFT, turned, (x, y, z), strict=True)
    ]
    lat, lon = _to_angles(*moved)
    return round(degrees(lon), 6), round(degrees(lat), 6)


def _meridian(lat: float) -> float:
    n, d, s = _N, lat - _LAT0, lat + _LAT0
    return (_B * _F0) * (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * d
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(d) * cos(s)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * d) * cos(2 * s)
        - 35 / 24 * n**3 * sin(3 * d) * cos(3 * s)
    )


def _unproject(easting: float, northing: float) -> tuple[float, float]:
    lat = _LAT0
    while abs(rest := northing - _N0 - _meridian(lat)) > 1e-5:
        lat += rest / (_A * _F0)
    nu = _A * _F0 / (1 - _E2 * sin(lat) ** 2) ** 0.5
    rho = _A * _F0 * (1 - _E2) / (1 - _E2 * sin(lat) ** 2) ** 1.5
    t, eta, d = tan(lat), nu / rho - 1, easting - _E0
    up = t / (2 * rho * nu) * d**2 - t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta - 9 * t**2 * eta) * d**4
    up += t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4) * d**6
    east = d / nu - (nu / rho + 2 * t**2) / (6 * nu**3) * d**3
    east += (5 + 28 * t**2 + 24 * t**4) / (120 * nu**5) * d**5
    return lat - up, _LON0 + east / cos(lat)


def _to_space(lat: float, lon: float, a: float, b: float) -> tuple[float, float, float]:
    e2 = 1 - (b / a) ** 2
    nu = a / (1 - e2 * sin(lat) ** 2) ** 0.5
    return nu * cos(lat) * cos(lon), nu * cos(lat) * sin(lon), (1 - e2) * nu * sin(lat)


def _to_angles(x: float, y: float, z: float) -> tuple[float, float]:
    e2 = 1 - (_WGS_B / _WGS_A) ** 2
    p = hypot(x, y)
    lat = atan2(z, p * (1 - e2))
    for _ in range(6):
        nu = _WGS_A / (1 - e2 * sin(lat) ** 2) ** 0.5
        lat = atan2(z + e2 * nu * sin(lat), p)
    return lat, atan2(y, x)
