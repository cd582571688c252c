package dk.vandvagt.notify;

import dk.vandvagt.station.Text;

/** What carriers say besides letters. */
final class Notes {
    private Notes() {}

    static Text inviteTitle(String place) {
        return new Text("Bekræft: vandmeldinger fra " + place, "Please confirm: water alerts from " + place);
    }

    static Text invite(String place, String confirmUrl) {
        return new Text(
                "Nogen har bedt om, at Vandvagt " + place
                        + " sender meldinger om vandstand og regn hertil. Bekræft: " + confirmUrl
                        + " - har du ikke bedt om det, så gør intet.",
                "Somebody asked Vandvagt " + place + " to send alerts on water levels and rain here. To confirm: "
                        + confirmUrl + " - if it was not you, do nothing.");
    }

    static Text testTitle(String place) {
        return new Text("Prøve fra Vandvagt " + place, "Test from Vandvagt " + place);
    }

    static Text test(String place) {
        return new Text(
                "Dette er en prøve fra Vandvagt " + place + ". Der er ingen melding.",
                "This is a test from Vandvagt " + place + ". There is no alert.");
    }
}
