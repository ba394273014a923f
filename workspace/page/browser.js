// What the page does in the browser without asking the server, with what it was told when it was made.
(({now, locale, person}) => {
    const ahead = Date.now() / 1000 - now;
    const words = new Intl.RelativeTimeFormat(locale);
    const units = [
        ['year', 365 * 86400], ['month', 30 * 86400], ['week', 7 * 86400],
        ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1],
    ];
    // A unit is used from 0.85 of it on, as Babel does on the server: both must say the same.
    const relative = (seconds) => {
        const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= 0.85 * size) ?? ['second', 1];
        return words.format(Math.round(seconds / size), unit);
    };
    setInterval(() => document.querySelectorAll('time.ago').forEach((time) => {
        const text = relative(Date.parse(time.dateTime) / 1000 - (Date.now() / 1000 - ahead));
        if (time.textContent !== text) time.textContent = text;
    }), 5000);

    // A link to a message opens in this tab, for the person who follows it.
    addEventListener('click', (event) => {
        const link = event.target.closest('a[href]');
        if (link?.origin !== location.origin || !link.pathname.startsWith('/archives/')) return;
        const address = new URL(link.href);
        address.searchParams.set('person', person);
        link.href = address;
        link.target = '_self';
    });
})($facts);
