package dk.vandvagt.mqtt;

/** All that holds over MQTT 5 holds over MQTT 3.1.1. */
class Mqtt3SourceTest extends MqttSourceTest {
    @Override
    boolean onlyMqtt3() {
        return true;
    }
}
