//! Windows: what PowerShell prints as JSON in, interfaces, routes and neighbours out. JSON, because everything else
//! is in the language of the system. Never tried on Windows.

use std::net::Ipv4Addr;

use serde_json::Value;

use crate::observations::{Interface, Kind, Neighbour, Network, Observations, Route};
use crate::programs::{MOMENT, ask};

const ADAPTERS: &str = "Get-NetAdapter | Select-Object Name,Status,MtuSize,Speed,FullDuplex,\
                        @{n='Medium';e={[string]$_.PhysicalMediaType}},@{n='Virtual';e={$_.Virtual}}";
const ROUTES: &str =
    "Get-NetRoute -AddressFamily IPv4 | Select-Object InterfaceAlias,DestinationPrefix,NextHop";
const NEIGHBOURS: &str =
    "Get-NetNeighbor -AddressFamily IPv4 | Select-Object InterfaceAlias,IPAddress,LinkLayerAddress";

pub(super) fn look(seen: &mut Observations) {
    let said = |query: &str| {
        let command = format!("{query} | ConvertTo-Json -Compress");
        let arguments = ["-NoProfile", "-NonInteractive", "-Command", &command];
        let text = ask("powershell", &arguments, MOMENT.saturating_mul(3)).done();
        text.map(|text| objects(&text)).unwrap_or_default()
    };
    adapters(&said(ADAPTERS), &mut seen.interfaces);
    seen.routes = said(ROUTES).iter().filter_map(route).collect();
    seen.neighbours = said(NEIGHBOURS).iter().filter_map(neighbour).collect();
}

/// The objects; a single one stands alone.
fn objects(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(Value::Array(objects)) => objects,
        Ok(object @ Value::Object(_)) => vec![object],
        _ => Vec::new(),
    }
}

/// Adds what `Get-NetAdapter` tells of the interfaces that are known.
fn adapters(objects: &[Value], known: &mut [Interface]) {
    for interface in known {
        let named = |object: &&Value| object["Name"] == interface.name.as_str();
        let Some(object) = objects.iter().find(named) else {
            continue;
        };
        interface.is_up = object["Status"] != "Disabled";
        interface.carrier = Some(object["Status"] == "Up");
        let number = |key: &str| object[key].as_u64();
        interface.mtu = number("MtuSize").and_then(|mtu| u32::try_from(mtu).ok());
        let megabits = number("Speed").map(|bits| bits / 1_000_000);
        interface.megabits = megabits.and_then(|speed| u32::try_from(speed).ok());
        interface.full_duplex = object["FullDuplex"].as_bool();
        let medium = object["Medium"].as_str().unwrap_or_default();
        interface.kind = if medium.contains("802.11") {
            Kind::Wireless
        } else if interface.kind == Kind::Wired && object["Virtual"] == true {
            Kind::Tunnel
        } else {
            interface.kind
        };
    }
}

fn route(object: &Value) -> Option<Route> {
    let (address, length) = object["DestinationPrefix"].as_str()?.split_once('/')?;
    let gateway: Option<Ipv4Addr> = object["NextHop"].as_str()?.parse().ok();
    Some(Route {
        interface: object["InterfaceAlias"].as_str()?.to_owned(),
        to: Network {
            address: address.parse().ok()?,
            length: length.parse().ok().filter(|length| *length <= 32)?,
        },
        gateway: gateway.filter(|gateway| !gateway.is_unspecified()),
    })
}

fn neighbour(object: &Value) -> Option<Neighbour> {
    let mac = object["LinkLayerAddress"]
        .as_str()?
        .replace('-', ":")
        .to_lowercase();
    let is_known = !mac.is_empty() && mac != "00:00:00:00:00:00";
    Some(Neighbour {
        address: object["IPAddress"].as_str()?.parse().ok()?,
        mac: is_known.then_some(mac),
        interface: object["InterfaceAlias"].as_str()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_a_route_and_a_neighbour_are_read() {
        let adapter = objects(
            "{\"Name\":\"Ethernet\",\"Status\":\"Up\",\"MtuSize\":1500,\"Speed\":100000000,\"FullDuplex\":true,\
             \"Medium\":\"802.3\",\"Virtual\":false}",
        );
        let mut known = [Interface {
            name: "Ethernet".to_owned(),
            ..Interface::default()
        }];
        adapters(&adapter, &mut known);
        let [found] = &known;
        assert_eq!(
            (found.megabits, found.mtu, found.carrier),
            (Some(100), Some(1500), Some(true))
        );
        let route = route(
            &objects(
                "[{\"InterfaceAlias\":\"Ethernet\",\"DestinationPrefix\":\"192.168.7.0/24\",\"NextHop\":\"0.0.0.0\"}]",
            )[0],
        );
        assert_eq!(route.unwrap().to.text(), "192.168.7.0/24");
        let neighbour = neighbour(
            &objects(
                "{\"InterfaceAlias\":\"Ethernet\",\"IPAddress\":\"192.168.7.50\",\"LinkLayerAddress\":\"44-A9-2C-00-00-01\"}",
            )[0],
        );
        assert_eq!(neighbour.unwrap().mac.as_deref(), Some("44:a9:2c:00:00:01"));
        assert_eq!(objects("Get-NetAdapter : not found"), Vec::<Value>::new());
    }
}
