#!/bin/sh
# Makes the files that containers log in with, in a volume that the others only read: mosquitto's hashed passwords, and for each that logs
# in its own. All anew at each start, so a device that is taken off the list is out.
set -eu
umask 077
folder=${1:-/accounts}
devices=${2:-/devices}

# users of the two images, by number
service=${SERVICE_UID:-10001}
broker=${BROKER_UID:-1883}

rm -f "$folder/passwords.new"
: >"$folder/passwords.new"
account() { mosquitto_passwd -b "$folder/passwords.new" "$1" "$2"; }
keep() { # a file, whom it is for, what it holds
    printf '%s' "$3" >"$folder/$1.new"
    chown "$2" "$folder/$1.new"
    mv -f "$folder/$1.new" "$folder/$1"
}

account vandvagt "$VANDVAGT_MQTT_PASSWORD"
account viewer "$VANDVAGT_MQTT_VIEWER_PASSWORD"
keep mqtt-vandvagt "$service" "$VANDVAGT_MQTT_PASSWORD"
keep mqtt-viewer "$broker" "$VANDVAGT_MQTT_VIEWER_PASSWORD"
keep database "$service" "$VANDVAGT_DB_PASSWORD"
rm -f "$folder/mqtt-demo"
if [ -n "${VANDVAGT_MQTT_DEMO_PASSWORD:-}" ]; then
    account demo "$VANDVAGT_MQTT_DEMO_PASSWORD"
    keep mqtt-demo "$service" "$VANDVAGT_MQTT_DEMO_PASSWORD"
fi

line=0
while IFS= read -r entry || [ -n "$entry" ]; do
    line=$((line + 1))
    case $entry in
        '' | '#'*) continue ;;
        vandvagt:* | viewer:* | demo:*)
            echo "accounts: line $line of the devices: ${entry%%:*} is no device" >&2
            exit 1
            ;;
        ?*:?*) account "${entry%%:*}" "${entry#*:}" ;;
        *)
            echo "accounts: line $line of the devices is not sensorId:password" >&2
            exit 1
            ;;
    esac
done <"$devices"

chown "$broker" "$folder/passwords.new"
mv -f "$folder/passwords.new" "$folder/mosquitto.passwords"
chmod 0711 "$folder"
