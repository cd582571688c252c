package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TideConstituentTest {
    private static Constituent constituent(String name) {
        return Constituent.named(name).orElseThrow(() -> new AssertionError(name + " is not known"));
    }

    /** Speeds in degrees an hour: NOAA's 37, from the file of its Honolulu constants. */
    @ParameterizedTest
    @CsvSource({
        "M2, 28.984104",
        "S2, 30.0",
        "N2, 28.43973",
        "K1, 15.041069",
        "M4, 57.96821",
        "O1, 13.943035",
        "M6, 86.95232",
        "MK3, 44.025173",
        "S4, 60.0",
        "MN4, 57.423832",
        "NU2, 28.512583",
        "S6, 90.0",
        "MU2, 27.968208",
        "2N2, 27.895355",
        "OO1, 16.139101",
        "LAM2, 29.455626",
        "S1, 15.0",
        "M1, 14.496694",
        "J1, 15.5854435",
        "MM, 0.5443747",
        "SSA, 0.0821373",
        "SA, 0.0410686",
        "MSF, 1.0158958",
        "MF, 1.0980331",
        "RHO, 13.471515",
        "Q1, 13.398661",
        "T2, 29.958933",
        "R2, 30.041067",
        "2Q1, 12.854286",
        "P1, 14.958931",
        "2SM2, 31.015896",
        "M3, 43.47616",
        "L2, 29.528479",
        "2MK3, 42.92714",
        "K2, 30.082138",
        "M8, 115.93642",
        "MS4, 58.984104"
    })
    void shouldRunAtTheSpeedNoaaGives(String name, double speed) {
        assertThat(constituent(name).speedDegPerHour()).isCloseTo(speed, within(1e-5));
    }

    /** Speeds from the IHO's list of constituents (Tidal working group, 2017). */
    @ParameterizedTest
    @CsvSource({
        "2MN2S2, 26.4079380",
        "3MKS2, 26.8701754",
        "2NS2, 26.8794591",
        "3M2S2, 26.952313",
        "3MS2, 26.9523127",
        "2NK2S2, 26.9615964",
        "MNK2, 27.3416965",
        "MNS2, 27.4238338",
        "EPS2, 27.4238338",
        "MNUS2, 27.4966874",
        "MνS2, 27.4966874",
        "2ML2S2, 27.4966874",
        "MNK2S2, 27.505971",
        "2MS2K2, 27.8039339",
        "2MK2, 27.8860712",
        "NLK2, 27.8860712",
        "2MS2, 27.9682085",
        "SNK2, 28.3575923",
        "KQ2, 28.4397295",
        "2KN2S2, 28.6040041",
        "MSK2, 28.901967",
        "OP2, 28.901967",
        "GAMMA2, 28.9112506",
        "MA2, 28.943036",
        "KO2, 28.9841042",
        "MB2, 29.025173",
        "MKS2, 29.0662415",
        "M2(KS)2, 29.1483780",
        "2SN(MK)2, 29.3734880",
        "2MN2, 29.528479",
        "2SK2, 29.9178627",
        "MSNU2, 30.4715211",
        "MSN2, 30.5443747",
        "ETA2, 30.626512",
        "KJ2, 30.626512",
        "2KM(SN)2, 30.7086493",
        "2SM2, 31.0158958",
        "SKM2, 31.098033",
        "2SN2, 31.5602705",
        "3S2M2, 32.0317915",
        "NO3, 42.3827651",
        "MO3, 42.9271398",
        "SO3, 43.9430356",
        "SK3, 45.0410686",
        "2MQ3, 44.5695476",
        "S3, 45",
        "3MS4, 56.9523127",
        "3MK4, 56.8701754",
        "N4, 56.8794591",
        "2N4, 56.879459",
        "MNU4, 57.4966874",
        "SN4, 58.4397295",
        "ML4, 58.512583",
        "NK4, 58.521867",
        "MT4, 58.9430376",
        "MK4, 59.0662415",
        "2MSN4, 59.5284790",
        "SL4, 59.528479",
        "SK4, 60.0821373",
        "MNO5, 71.3668694",
        "2MO5, 71.911244",
        "2MP5, 72.92714",
        "2MK5, 73.0092771",
        "MSK5, 74.0251729",
        "2SK5, 75.0410686",
        "2MN6, 86.407938",
        "2MNU6, 86.4807917",
        "2NM6, 85.8635633",
        "MSN6, 87.4238338",
        "2ML6, 87.496687",
        "2MS6, 87.9682085",
        "2MK6, 88.0503458",
        "2SM6, 88.9841042",
        "MSK6, 89.0662415",
        "3MK7, 101.9933814",
        "2MSO7, 101.9112441",
        "2(MN)8, 114.8476676",
        "3MN8, 115.3920422",
        "2(MS)8, 117.9682084",
        "3MS8, 116.9523126",
        "M10, 144.920521",
        "M12, 173.904625",
        "MP1, 14.0251729",
        "TAU1, 14.0251729",
        "SO1, 16.0569644",
        "2PO1, 15.9748271",
        "KP1, 15.1232059",
        "TK1, 14.9178647",
        "PI1, 14.9178647",
        "PSI1, 15.0821353",
        "THETA1, 15.5125897",
        "CHI1, 14.5695476",
        "SIGMA1, 12.9271398",
        "SGM, 12.9271398",
        "UPS1, 16.6834764",
        "KQ1, 16.6834764",
        "NO1, 14.4966939",
        "MSM, 0.4715211",
        "MFM, 1.6424078",
        "MSQM, 2.1139287",
        "MQM, 2.1867829",
        "OQ2-IOS, 27.3509801"
    })
    void shouldRunAtTheSpeedTheIhoGives(String name, double speed) {
        assertThat(constituent(name).speedDegPerHour()).isCloseTo(speed, within(2e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "LDA2, LAM2",
        "LAMBDA2, LAM2",
        "λ2, LAM2",
        "RHO, RHO1",
        "ρ1, RHO1",
        "EP2, EPS2",
        "sa, SA",
        "Mm, MM",
        "MSf, MSF",
        "ν2, NU2",
        "μ2, MU2",
        "SGM, SIG1",
        "2MS2K2, 2MS2K2",
        " m2 , M2",
        "MFM, MTM",
        "ALPHA2, H1"
    })
    void shouldKnowTheUsualAliases(String alias, String name) {
        assertThat(constituent(alias).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "M", "2", "X2", "M22", "MS", "2MX6", "0M4", "M5", "MS3", "(MN4", "M()2", "R3", "T3", "3L2", "3N2",
                "Z0", "NaN", "2(M2"
            })
    void shouldRefuseWhatIsNoConstituent(String name) {
        assertThat(Constituent.named(name)).isEmpty();
    }

    @Test
    void shouldResolveACompoundFromItsParts() {
        TideNodes nodes = new TideNodes();
        nodes.setTo(Instant.parse("2023-10-20T21:00:00Z").toEpochMilli());
        Constituent m2 = constituent("M2");
        Constituent s2 = constituent("S2");
        Constituent n2 = constituent("N2");
        Constituent compound = constituent("2MSN4");

        assertThat(compound.species()).isEqualTo(4);
        assertThat(compound.argument(nodes.arguments()))
                .isCloseTo(
                        2 * m2.argument(nodes.arguments())
                                + s2.argument(nodes.arguments())
                                - n2.argument(nodes.arguments()),
                        within(1e-9));
        assertThat(compound.nodeAngle(nodes)).isCloseTo(m2.nodeAngle(nodes), within(1e-9));
        assertThat(compound.nodeFactor(nodes)).isCloseTo(Math.pow(m2.nodeFactor(nodes), 3), within(1e-12));
    }

    /** MO3 and 2MK3 differ by their node, not by their line. */
    @Test
    void shouldGiveTheSameLineByTwoNames() {
        TideNodes nodes = new TideNodes();
        nodes.setTo(Instant.parse("2016-02-29T03:30:00Z").toEpochMilli());
        for (String[] pair : new String[][] {{"MO3", "2MK3"}, {"MNS2", "EPS2"}, {"2MS2", "MU2"}, {"2MN2", "L2"}}) {
            double apart = constituent(pair[0]).argument(nodes.arguments())
                    - constituent(pair[1]).argument(nodes.arguments());
            double half = pair[1].equals("L2") ? 180 : 0;
            assertThat(Math.abs(AstronomicalArguments.wrapped(apart - half)))
                    .as(pair[0] + " " + pair[1])
                    .isLessThan(1e-6);
        }
    }

    /** M1 as NOAA defines it swings between 0.8 and 2.3; NO1 as the Canadian school defines it about one. */
    @Test
    void shouldKeepM1AndNo1Apart() {
        TideNodes nodes = new TideNodes();
        Constituent m1 = constituent("M1");
        Constituent no1 = constituent("NO1");
        double sumM1 = 0;
        double sumNo1 = 0;
        int months = 12 * 93;
        for (int month = 0; month < months; month++) {
            nodes.setTo(month * 2_629_800_000L);
            sumM1 += m1.nodeFactor(nodes);
            sumNo1 += no1.nodeFactor(nodes);
        }
        assertThat(sumM1 / months).isBetween(1.35, 1.6);
        assertThat(sumNo1 / months).isBetween(0.95, 1.1);
    }
}
