package dk.vandvagt.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Member;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Unit;
import dk.vandvagt.station.VerticalDatum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    private static final Path ASSENS = Path.of("config/assens.yml");
    private static final Path BALTIC = Path.of("config/baltic-2023.yml");

    private static final Path SURGE = Path.of("../shared/data/baltic-surge-2023-10");

    private static final String SMALL = """
            version: 1
            place: {id: here, name: Here}
            stations:
              - id: ST
                name: Somewhere
                lon: 9.89
                lat: 55.27
                datum: DVR90
                gaugeZero: -0.15
                sensors:
                  - {id: ST-W, parameter: level, unit: cm, interval: 10min}
            """;

    private static Read.Good good(Read read) {
        if (read instanceof Read.Bad(List<Fault> faults)) {
            throw new AssertionError(faults);
        }
        return (Read.Good) read;
    }

    private static Read.Good good(String text) {
        return good(SettingsReader.read(text, "test.yml", null));
    }

    private static Station station(Catalogue catalogue, String id) {
        return Objects.requireNonNull(catalogue.station(id));
    }

    private static Rule rule(Catalogue catalogue, String id) {
        return Objects.requireNonNull(catalogue.rule(id));
    }

    @Test
    void shouldFillInWhatTheFileLeavesOut() {
        Read.Good read = good(SMALL);
        assertThat(read.settings())
                .isEqualTo(new Settings(
                        new Settings.Place("here", "Here", ZoneId.of("UTC")),
                        new Settings.Run("live", new Settings.Clock.Wall()),
                        2,
                        Duration.ofMinutes(5),
                        new Settings.Journal(64L << 20, 20L << 30),
                        new Settings.Http("127.0.0.1", 8080, null, null, null, List.of(), null, null),
                        new Settings.Mqtt(
                                new Settings.Broker.Embedded("127.0.0.1", 1883, 100_000), "vandvagt", "vandvagt/v1"),
                        List.of(),
                        new Settings.Database.Embedded(54320, Settings.Ages.USUAL, Settings.Batches.USUAL),
                        null,
                        Settings.Post.NONE,
                        Settings.Layers.USUAL,
                        null));
        assertThat(read.catalogue().judging()).isEqualTo(Judging.USUAL);
        assertThat(read.catalogue().stations())
                .containsExactly(new Station(
                        "ST",
                        "Somewhere",
                        9.89,
                        55.27,
                        new VerticalDatum("DVR90"),
                        List.of(new GaugeZero(Long.MIN_VALUE, -0.15, "")),
                        "",
                        List.of(new Sensor(
                                "ST-W",
                                "ST",
                                new Text("Vandstand", "Water level"),
                                Parameter.LEVEL,
                                Unit.CM,
                                600_000,
                                2_100_000,
                                0.01,
                                QualityLimits.NONE,
                                List.of(),
                                false))));
        assertThat(read.warnings()).isEmpty();
    }

    @Test
    void shouldReadTheWaysToSubscribers() {
        Read.Good read = good(SMALL + """
                        service:
                          webhook: {http: true, allow: [10.20.0.0/16, "fd12::/32"], callsPerHost: 4, timeout: 5s}
                          sms:
                            url: http://sms.example/{to}
                            method: PUT
                            headers: [{name: X-Key, value: "{password}"}]
                            format: form
                            body: text={text}
                            passwordFile: sms.password
                            sender: "+4512345678"
                            maxLength: 160
                            success: "ok"
                            timeout: 20s
                          mail:
                            host: smtp.example
                            encryption: tls
                            ca: ca.pem
                            username: v
                            passwordFile: mail.password
                            from: v@a.example
                            replyTo: b@a.example
                        """);
        assertThat(read.settings().post())
                .isEqualTo(new Settings.Post(
                        new Settings.Webhook(true, List.of("10.20.0.0/16", "fd12::/32"), 4, Duration.ofSeconds(5)),
                        new Settings.Sms(
                                "http://sms.example/{to}",
                                "PUT",
                                List.of(new Settings.Header("X-Key", "{password}")),
                                Settings.Sms.Format.FORM,
                                "text={text}",
                                Path.of("sms.password"),
                                "+4512345678",
                                160,
                                "ok",
                                Duration.ofSeconds(20)),
                        new Settings.Mail(
                                "smtp.example",
                                465,
                                Settings.Mail.Encryption.TLS,
                                Path.of("ca.pem"),
                                "v",
                                Path.of("mail.password"),
                                "v@a.example",
                                "Vandvagt Here",
                                "b@a.example",
                                Duration.ofSeconds(30)),
                        null));
        assertThat(read.warnings())
                .singleElement()
                .extracting(Fault::message)
                .isEqualTo("sends the password in the clear to sms.example: use https://");
    }

    @Test
    void shouldReadWhoIsOnDuty() {
        Read.Good read = good(SMALL + """
                        service:
                          sms: {url: "https://sms.example/{to}/{text}"}
                          webhook: {}
                          duty:
                            after: 5min
                            severityFrom: orange
                            people:
                              - {name: Anna, way: sms, address: +45 12 34 56 78}
                              - {name: Vagtcentralen, way: webhook, address: "https://duty.example/", secretFile: duty.secret, language: en}
                        """);
        Settings.Duty duty = Objects.requireNonNull(read.settings().post().duty());
        assertThat(duty)
                .isEqualTo(new Settings.Duty(
                        Duration.ofMinutes(5),
                        2,
                        List.of(
                                new Settings.OnDuty("Anna", Subscription.Way.SMS, "+45 12 34 56 78", null, "da"),
                                new Settings.OnDuty(
                                        "Vagtcentralen",
                                        Subscription.Way.WEBHOOK,
                                        "https://duty.example/",
                                        Path.of("duty.secret"),
                                        "en"))));
        assertThat(duty.toString()).as("it may be logged").doesNotContain("12 34", "duty.example");
    }

    @Test
    void shouldReadHowSensorsAreHeldAgainstStaffGauges() {
        assertThat(good(SMALL + "judging: {staffGauge: {tolerance: 0.01, span: 1h}}\n")
                        .catalogue()
                        .judging()
                        .staffGauge())
                .isEqualTo(new Judging.StaffGauge(0.01, 3_600_000));
    }

    @Test
    void shouldReadEverySettingOfTheService() {
        Settings settings = good(SMALL + """
                        service:
                          run: backtest-7
                          clock: stream
                          maxStep: 90min
                          shards: 4
                          snapshotEvery: 30s
                          journal: {segmentBytes: 8MiB, maxBytes: 1GiB}
                          http:
                            bind: 0.0.0.0
                            port: 8443
                            tls: {cert: tls/chain.pem, key: /etc/vandvagt/key.pem}
                            trustedProxy: 10.0.0.5
                            publicUrl: https://vand.assens.example/vandvagt
                            allowedHosts: [vandvagt, 10.0.0.7]
                            licence: https://creativecommons.org/licenses/by/4.0/
                          mqtt:
                            broker: ssl://broker.example:8883
                            username: vandvagt
                            passwordFile: mqtt.password
                            clientId: vandvagt-2
                            topicPrefix: assens/water
                          database:
                            url: jdbc:postgresql://db.example:5432/vandvagt
                            username: water
                            passwordFile: db.password
                            columnstoreAfter: 30d
                            keepReadings: 3650d
                            keepVersions: 365d
                            keepDeliveries: 730d
                            batchReadings: 5000
                            batchWithin: 0.5s
                        judging: {latenessWindow: 1h, maxFuture: 30s, implausibleStep: {m: 0.3, per: 5min}}
                        """).settings();
        assertThat(settings.run())
                .isEqualTo(new Settings.Run("backtest-7", new Settings.Clock.Stream(Duration.ofMinutes(90))));
        assertThat(settings.shards()).isEqualTo(4);
        assertThat(settings.snapshotEvery()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.journal()).isEqualTo(new Settings.Journal(8L << 20, 1L << 30));
        assertThat(settings.http())
                .isEqualTo(new Settings.Http(
                        "0.0.0.0",
                        8443,
                        new Settings.Tls(Path.of("tls/chain.pem"), Path.of("/etc/vandvagt/key.pem")),
                        "10.0.0.5",
                        "https://vand.assens.example/vandvagt",
                        List.of("vandvagt", "10.0.0.7"),
                        "https://creativecommons.org/licenses/by/4.0/",
                        null));
        assertThat(settings.mqtt())
                .isEqualTo(new Settings.Mqtt(
                        new Settings.Broker.Outside("ssl://broker.example:8883", "vandvagt", Path.of("mqtt.password")),
                        "vandvagt-2",
                        "assens/water"));
        assertThat(settings.database())
                .isEqualTo(new Settings.Database.Outside(
                        "jdbc:postgresql://db.example:5432/vandvagt",
                        "water",
                        Path.of("db.password"),
                        new Settings.Ages(
                                Duration.ofDays(30), Duration.ofDays(3650), Duration.ofDays(365), Duration.ofDays(730)),
                        new Settings.Batches(5_000, Duration.ofMillis(500))));
    }

    @Test
    void shouldReadEverySettingOfJudging() {
        String text = SMALL + "judging: {latenessWindow: 1h, maxFuture: 30s, implausibleStep: {m: 0.3, per: 5min}}\n";
        assertThat(good(text).catalogue().judging()).isEqualTo(new Judging(3_600_000, 30_000, 0.3, 300_000));
    }

    @Test
    void shouldLookForNamedFilesBesideTheSettings() {
        String text = SMALL + "service: {mqtt: {broker: 'ssl://b.example:8883', passwordFile: secret/mqtt}}\n";
        Settings settings = good(SettingsReader.read(text, "/etc/vandvagt/assens.yml", null))
                .settings();
        assertThat(settings.mqtt().broker())
                .isEqualTo(new Settings.Broker.Outside(
                        "ssl://b.example:8883", null, Path.of("/etc/vandvagt/secret/mqtt")));
    }

    @Test
    void shouldReadAThresholdWithAllItHolds() {
        Threshold threshold = good(SMALL.replace("10min}", "10min, thresholds: [" + FULL_THRESHOLD + "]}"))
                .catalogue()
                .rules()
                .getFirst()
                .rungs()
                .getFirst();
        assertThat(threshold)
                .isEqualTo(new Threshold(
                        "low",
                        new Text("Lavvande", "Low water"),
                        2,
                        Threshold.Kind.LEVEL,
                        Threshold.Direction.FALLING,
                        Threshold.Comparison.BEYOND,
                        -1.2,
                        -1.1,
                        new VerticalDatum("DVR90"),
                        60_000,
                        1_800_000,
                        0,
                        Double.NaN,
                        "harbour book",
                        true,
                        new Text("Flyt både", "Move boats"),
                        "harbour master",
                        "+45 12 34 56 78"));
    }

    private static final String FULL_THRESHOLD =
            "{name: low, title: {da: Lavvande, en: Low water}, severity: orange, kind: level, direction: falling, "
                    + "comparison: \"<\", raiseAt: -1.2, clearAbove: -1.1, datum: DVR90, onDelay: 1min, offDelay: 30min, "
                    + "source: harbour book, verified: true, action: {da: Flyt både, en: Move boats}, owner: harbour master, "
                    + "contact: +45 12 34 56 78}";

    @Test
    void shouldReadDatedGaugeZerosInTheirOrder() {
        String text = SMALL.replace(
                "gaugeZero: -0.15",
                "gaugeZero: [{zero: -0.10, source: first}, {from: 2015-06-01, zero: -0.12}, "
                        + "{from: 2020-01-01T12:00:00+01:00, zero: -0.15}]");
        Station station = station(good(text).catalogue(), "ST");
        assertThat(station.gaugeZeros())
                .containsExactly(
                        new GaugeZero(Long.MIN_VALUE, -0.10, "first"),
                        new GaugeZero(1_433_116_800_000L, -0.12, ""),
                        new GaugeZero(1_577_876_400_000L, -0.15, ""));
        assertThat(station.gaugeZeroM(1_500_000_000_000L)).isEqualTo(-0.12);
    }

    @Test
    void shouldLeaveOutTheDatumOfAStationThatMeasuresNoLevel() {
        String text = SMALL.replace("    datum: DVR90\n    gaugeZero: -0.15\n", "")
                .replace("parameter: level, unit: cm", "parameter: rain, unit: mm");
        Station station = station(good(text).catalogue(), "ST");
        assertThat(station.datum().isNone()).isTrue();
        assertThat(station.gaugeZeros()).isEmpty();
    }

    @Test
    void shouldReadBackWhatTheJournalHolds() {
        Read.Good read = good(SettingsFile.load(ASSENS, null));
        Read.Good again = good(SettingsReader.read(read.catalogue().text(), "journal", null));
        assertThat(again.catalogue().revision()).isEqualTo(read.catalogue().revision());
        assertThat(again.catalogue().stations()).isEqualTo(read.catalogue().stations());
        assertThat(again.catalogue().rules()).isEqualTo(read.catalogue().rules());
    }

    @Test
    void shouldKeepSensorIndexesWhenReloaded() {
        Catalogue before = good(SettingsFile.load(ASSENS, null)).catalogue();
        String fewer = before.text().replace("ASS-HAVN-W", "ASS-HAVN-W2");
        Catalogue after = good(SettingsReader.read(fewer, "assens.yml", before)).catalogue();
        assertThat(after.sensorIndex("AARUP-R")).isEqualTo(before.sensorIndex("AARUP-R"));
        assertThat(after.sensorIndex("ASS-HAVN-W2")).isEqualTo(before.sensorCount());
        assertThat(after.sensorIndex("ASS-HAVN-W")).isEqualTo(-1);
        assertThat(after.sensorIndexEvenRetired("ASS-HAVN-W")).isEqualTo(before.sensorIndex("ASS-HAVN-W"));
    }

    @Test
    void shouldRefuseAnIdThatMeasuredSomethingElseBefore() {
        Catalogue before = good(SMALL).catalogue();
        String now = SMALL.replace("parameter: level, unit: cm", "parameter: rain, unit: mm");
        assertThat(SettingsReader.read(now, "test.yml", before))
                .isInstanceOfSatisfying(
                        Read.Bad.class,
                        bad -> assertThat(bad.faults())
                                .singleElement()
                                .satisfies(
                                        fault -> assertThat(fault.format("test.yml"))
                                                .isEqualTo(
                                                        "test.yml:11: stations[0].sensors[0].parameter: found rain, but sensor ST-W measured level "
                                                                + "until now: another measurement is another sensor and needs another id")));
    }

    @Test
    void shouldWarnOfADatumItDoesNotKnow() {
        Read.Good read = good(SMALL.replace("DVR90", "DVR9O"));
        assertThat(read.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.format("test.yml"))
                        .startsWith(
                                "test.yml:8: stations[0].datum: found DVR9O, which is no datum known here; did you mean "
                                        + "\"DVR90\"?"));
    }

    @Test
    void shouldWarnOfAPasswordSentInTheClear() {
        String text = SMALL + "service: {mqtt: {broker: 'tcp://b.example:1883', username: v, passwordFile: p}}\n";
        assertThat(good(text).warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).contains("in the clear to b.example"));
    }

    @Test
    void shouldReadAliases() {
        String text = SMALL.replace(
                "interval: 10min}",
                "interval: &often 10min}\n      - {id: ST-W2, parameter: level, " + "unit: m, interval: *often}");
        assertThat(station(good(text).catalogue(), "ST").sensors())
                .extracting(Sensor::intervalMs)
                .containsExactly(600_000L, 600_000L);
    }

    @Test
    void shouldReadTheSettingsOfAssens() {
        Read.Good read = good(SettingsFile.load(ASSENS, null));
        Catalogue catalogue = read.catalogue();
        assertThat(read.warnings()).isEmpty();
        assertThat(read.settings().place())
                .isEqualTo(new Settings.Place("assens", "Assens", ZoneId.of("Europe/Copenhagen")));
        assertThat(IntStream.range(0, catalogue.sensorCount())
                        .mapToObj(i -> catalogue.sensor(i).id()))
                .containsExactlyInAnyOrder(
                        "ASS-HAVN-W", "BAAGOE-W", "HELNAES-W", "ASS-HAVN-R", "GLAMSBJERG-R", "AARUP-R");
        List<Threshold> ladder = rule(catalogue, "ASS-HAVN-W.level").rungs();
        assertThat(ladder).extracting(Threshold::raiseAt).containsExactly(1.00, 1.25, 1.55, 1.80, 2.02, 2.50);
        assertThat(ladder).extracting(Threshold::severity).isSorted();
        assertThat(ladder).extracting(Threshold::source).noneMatch(String::isBlank);
        assertThat(ladder)
                .filteredOn(rung -> !rung.verified())
                .extracting(Threshold::raiseAt)
                .containsExactly(1.55);
        assertThat(ladder)
                .filteredOn(rung -> rung.comparison() == Threshold.Comparison.BEYOND)
                .extracting(Threshold::raiseAt)
                .containsExactly(1.25);
        assertThat(rule(catalogue, "AARUP-R.accumulation.30min").rungs())
                .extracting(Threshold::name, Threshold::raiseAt, Threshold::clearBelow, Threshold::severity)
                .containsExactly(tuple("cloudburst", 15.0, 10.0, 2), tuple("double-cloudburst", 30.0, 25.0, 3));
        assertThat(rule(catalogue, "AARUP-R.accumulation.360min").rungs())
                .extracting(Threshold::name, Threshold::raiseAt, Threshold::clearBelow, Threshold::severity)
                .containsExactly(tuple("heavy-rain", 24.0, 20.0, 1));
    }

    @Test
    void shouldReadTheSettingsOfTheBalticReplay() {
        Read.Good read = good(SettingsFile.load(BALTIC, null));
        assertThat(read.warnings()).isEmpty();
        assertThat(read.settings().run().clock()).isEqualTo(new Settings.Clock.Stream(Duration.ofHours(1)));
        assertThat(read.catalogue().stations())
                .extracting(Station::id)
                .containsExactlyInAnyOrder(
                        "Eckernfoerde",
                        "Flensburg",
                        "Kappeln",
                        "KielHoltenau",
                        "Luebeck",
                        "Travemuende",
                        "Warnemuende");
        assertThat(read.catalogue().stations()).allSatisfy(station -> {
            Rule ladder = rule(read.catalogue(), station.id() + "-W.level");
            assertThat(station.datum()).isEqualTo(new VerticalDatum("NHN"));
            assertThat(ladder.rungs()).extracting(Threshold::raiseAt).containsExactly(1.0, 1.25, 1.5, 2.0);
            assertThat(ladder.rungs())
                    .allSatisfy(rung ->
                            assertThat(rung.raiseAt() - rung.clearBelow()).isCloseTo(0.05, within(1e-9)));
        });
    }

    /** The replay's limits must let the true surge through. */
    @Test
    void shouldFindEveryReadingOfTheBalticSurgePlausible() throws IOException {
        boolean there = Files.isDirectory(SURGE);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as(SURGE + " is there")
                .isTrue();
        assumeTrue(there, SURGE + " is not there");
        Catalogue catalogue = good(SettingsFile.load(BALTIC, null)).catalogue();
        List<String> gauges = Files.readAllLines(SURGE.resolve("stations.csv"));
        assertThat(catalogue.stations()).hasSize(gauges.size() - 1);
        for (String gauge : gauges.subList(1, gauges.size())) {
            List<String> columns = List.of(gauge.split(",", -1));
            Station station = station(catalogue, columns.get(0));
            assertThat(station.name()).isEqualTo(columns.get(2));
            assertThat(station.lat()).isEqualTo(Double.parseDouble(columns.get(3)));
            assertThat(station.lon()).isEqualTo(Double.parseDouble(columns.get(4)));
            QualityLimits limits = station.sensors().getFirst().quality();
            List<String> rows = Files.readAllLines(SURGE.resolve(columns.get(0) + ".csv"));
            double beforeM = Double.NaN;
            long beforeS = 0;
            for (String row : rows.subList(1, rows.size())) {
                double levelM = Double.parseDouble(row.split(",", -1)[1]);
                long atS = Instant.parse(row.split(",", -1)[0]).getEpochSecond();
                assertThat(levelM).as(row).isBetween(limits.userMin(), limits.userMax());
                if (atS - beforeS == 600) {
                    assertThat(Math.abs(levelM - beforeM) * 6).as(row).isLessThan(limits.rateOfChangePerHour());
                    assertThat(Math.abs(levelM - beforeM)).as(row).isLessThan(limits.spikeSuspect());
                }
                beforeM = levelM;
                beforeS = atS;
            }
        }
    }

    @Test
    void shouldReadAHundredThousandSensors() {
        StringBuilder text = new StringBuilder(SMALL);
        text.append(
                        "        quality: &q {sensorSpan: [-3, 4], userSpan: [-1.6, 2.6], spike: {suspect: 0.2, fail: 0.5}}\n")
                .append("        thresholds: &t\n")
                .append("          - {name: a, severity: 1, kind: level, raiseAt: 1, clearBelow: 0.9, datum: DVR90}\n")
                .append("          - {name: b, severity: 2, kind: level, raiseAt: 2, clearBelow: 1.9, datum: DVR90}\n");
        String first = text.toString().replace("{id: ST-W, parameter: level, unit: cm, interval: 10min}", """
                id: ST-W
                        parameter: level
                        unit: cm
                        interval: 10min""");
        StringBuilder many = new StringBuilder(first);
        for (int i = 1; i < 100_000; i++) {
            many.append("      - {id: S")
                    .append(i)
                    .append(", parameter: level, unit: m, interval: 10min, quality: *q, thresholds: *t}\n");
        }
        long began = System.nanoTime();
        Catalogue catalogue = good(many.toString()).catalogue();
        System.out.printf("100000 sensors read in %d ms%n", (System.nanoTime() - began) / 1_000_000);
        assertThat(catalogue.sensorCount()).isEqualTo(100_000);
        assertThat(rule(catalogue, "S99999.level").rungs()).hasSize(2);
    }

    @Test
    void shouldSayWhatAGoodFileHolds() {
        String text = CheckConfig.text("config/assens.yml", SettingsFile.load(ASSENS, null));
        assertThat(text)
                .startsWith("config/assens.yml is good.\nPlace:    Assens (assens), revision ")
                .contains("Holds:    5 stations, 6 sensors, 22 thresholds\n")
                .contains("  ASS-HAVN-W: level in m, every 10min, stale after 35min\n    ASS-HAVN-W.level\n")
                .contains(
                        "\n      orange    > 1.25 m   < 1.20 m  0min      30min      yes       close-nordre-havnevej");
    }

    @Test
    void shouldSayAllFaultsOfABadFileAndTheirNumber() {
        String text = SMALL.replace("lat: 55.27", "lat: 155.27").replace("version: 1", "version: 2");
        assertThat(CheckConfig.text("bad.yml", SettingsReader.read(text, "bad.yml", null)))
                .isEqualTo("""
                        bad.yml:1: version: found 2, should be 1, the only version this service reads
                        bad.yml:7: stations[0].lat: found 155.27, should be degrees north, -90 to 90
                        2 faults, nothing was taken from bad.yml
                        """);
    }

    @Test
    void shouldSayThatAFileIsMissingOrNoText(@TempDir Path folder) throws Exception {
        Path latin1 = folder.resolve("latin1.yml");
        Files.write(latin1, new byte[] {'n', (byte) 0xE6});
        assertThat(SettingsFile.load(folder.resolve("none.yml"), null))
                .isEqualTo(new Read.Bad(List.of(new Fault(0, 0, "", "there is no such file"))));
        assertThat(SettingsFile.load(latin1, null))
                .isEqualTo(new Read.Bad(List.of(new Fault(0, 0, "", "not UTF-8 text: save it as UTF-8"))));
    }

    @Test
    void shouldMoveEmbeddedPortsOnly() {
        Settings embedded =
                good(SMALL).settings().withHttpPort(1).withMqttPort(2).withDatabasePort(3);
        assertThat(embedded.http().port()).isEqualTo(1);
        assertThat(embedded.mqtt().broker()).isEqualTo(new Settings.Broker.Embedded("127.0.0.1", 2, 100_000));
        assertThat(embedded.database())
                .isEqualTo(new Settings.Database.Embedded(3, Settings.Ages.USUAL, Settings.Batches.USUAL));
        Settings outside = good(SMALL
                        + "service: {mqtt: {broker: 'tcp://localhost:1883'}, database: {url: 'jdbc:postgresql://db/v'}}\n")
                .settings();
        assertThat(outside.withMqttPort(2).withDatabasePort(3)).isEqualTo(outside);
    }

    private static Sensor gauge(String settings) {
        Catalogue catalogue = good(SMALL + "      - {id: ST-R, parameter: rain, interval: 5min, " + settings + "}\n")
                .catalogue();
        return catalogue.sensor(catalogue.sensorIndex("ST-R"));
    }

    @Test
    void shouldReadHowARainGaugeReports() {
        assertThat(gauge("unit: mm").rain()).isEqualTo(RainGauge.USUAL);
        assertThat(gauge("unit: mm/h").rain().input()).isEqualTo(RainGauge.Input.INTENSITY);
        assertThat(gauge("unit: mm, rain: {input: counter, wrap: 6553.6, antecedentK: 0.85}")
                        .rain())
                .isEqualTo(new RainGauge(
                        RainGauge.Input.COUNTER, 6553.6, RainGauge.Label.END, RainGauge.Reports.PERIODIC, 0, 0.85));
        assertThat(gauge("unit: mm, rain: {label: start}").rain().label()).isEqualTo(RainGauge.Label.START);
        Sensor onTip = gauge("unit: mm, rain: {reports: onTip, heartbeat: 12h}");
        assertThat(onTip.rain().reports()).isEqualTo(RainGauge.Reports.ON_TIP);
        assertThat(onTip.rain().heartbeatMs()).isEqualTo(12 * 3_600_000L);
        assertThat(onTip.staleAfterMs()).isEqualTo(18 * 3_600_000L);
    }

    @Test
    void shouldJudgeTheReachOfASumByWhatTheGaugeSends() {
        String levels = ", quality: {sensorSpan: [0, 120]}, thresholds: [{name: a, severity: red, kind: accumulation, "
                + "window: 30min, raiseAt: 61, clearBelow: 10}]";
        assertThat(gauge("unit: mm" + levels).thresholds()).hasSize(1);
        assertThat(gauge("unit: mm, rain: {input: counter}" + levels).thresholds())
                .hasSize(1);
        assertThat(SettingsReader.read(
                        SMALL + "      - {id: ST-R, parameter: rain, interval: 5min, unit: mm/h" + levels + "}\n",
                        "test.yml",
                        null))
                .isInstanceOfSatisfying(
                        Read.Bad.class,
                        bad -> assertThat(bad.faults())
                                .singleElement()
                                .satisfies(fault -> assertThat(fault.message()).contains("at most 60.0 mm")));
    }

    @Test
    void shouldReadTheCompositeOfAssens() {
        Catalogue catalogue = good(SettingsFile.load(ASSENS, null)).catalogue();
        Composite outfall = catalogue.composites().getFirst();
        assertThat(outfall.id()).isEqualTo("ASS-HAVN-OUTFALL");
        assertThat(outfall.atLeast()).isEqualTo(2);
        assertThat(outfall.members())
                .containsExactly(
                        new Member("ASS-HAVN-W", "water-on-the-quays"), new Member("ASS-HAVN-R", "cloudburst"));
        assertThat(outfall.threshold().verified()).isFalse();
        assertThat(outfall.threshold().offDelayMs()).isEqualTo(1_800_000);
        assertThat(catalogue.rule("ASS-HAVN-OUTFALL")).satisfies(rule -> {
            assertThat(rule.stationId()).isEqualTo("ASS-HAVN");
            assertThat(rule.sensorIndex()).isEqualTo(Rule.NO_ONE_SENSOR);
        });
        assertThat(CheckConfig.text("assens.yml", good(SettingsFile.load(ASSENS, null))))
                .contains("ASS-HAVN-OUTFALL at ASS-HAVN, orange, verified no");
    }

    @Test
    void shouldLetRedundantSensorsShareThresholdsAndWatchEachOther() {
        String text = """
                version: 1
                place: {id: here, name: Here}
                stations:
                  - id: ST
                    name: Somewhere
                    lon: 9.89
                    lat: 55.27
                    datum: DVR90
                    gaugeZero: 0.00
                    redundant: [{sensors: [W1, W2], disagreement: 0.10}]
                    sensors:
                      - id: W1
                        parameter: level
                        unit: m
                        interval: 10min
                        thresholds:
                          - {name: high, severity: yellow, kind: level, raiseAt: 1.00, clearBelow: 0.95, datum: DVR90}
                      - {id: W2, parameter: level, unit: m, interval: 10min}
                composites:
                  - {id: C, station: ST, severity: red, atLeast: 1, members: [ST/high, W2/high]}
                """;
        Catalogue catalogue = good(text).catalogue();
        assertThat(catalogue.rules()).extracting(Rule::id).containsExactly("W1.level", "W2.level", "ST.level", "C");
        assertThat(catalogue.placeRule("W2.level")).isEqualTo(catalogue.rule("ST.level"));
        assertThat(catalogue.rule(new Member("ST", "high"))).isEqualTo(catalogue.rule("ST.level"));
        assertThat(catalogue
                        .sensor(catalogue.sensorIndex("W1"))
                        .quality()
                        .neighbour()
                        .sensorId())
                .isEqualTo("W2");
        assertThat(catalogue.sensor(catalogue.sensorIndex("W2")).quality().neighbour())
                .isEqualTo(new QualityLimits.Neighbour("W1", 0.10, Double.NaN));
    }
}
