/// How pages look: on screens of any width, light and dark, and on paper.
enum PageStyle {
    /// The colours of one scheme, by what they are for.
    struct Scheme {
        let colours: [(name: String, value: String)]

        fileprivate var css: String { colours.map { "--\($0.name):\($0.value)" }.joined(separator: ";") }
    }

    /// By daylight, and on paper.
    static let light = Scheme(colours: [
        ("page", "#faf9f6"), ("card", "#ffffff"), ("ink", "#1f2830"), ("soft", "#57616b"), ("line", "#ddd9d0"),
        ("edge", "#8a9097"), ("link", "#1a5b73"), ("code", "#f4f2ed"), ("warn", "#75480a"), ("warn-page", "#fcf1da"),
        ("bad", "#8a1f19"), ("bad-page", "#fae8e5"), ("good", "#1f5a3c"), ("good-page", "#e5f1e8"),
    ])

    /// At night.
    static let dark = Scheme(colours: [
        ("page", "#15181c"), ("card", "#1b1f24"), ("ink", "#dde2e7"), ("soft", "#a4adb7"), ("line", "#333a42"),
        ("edge", "#757e88"), ("link", "#86c5d9"), ("code", "#22272d"), ("warn", "#efc678"), ("warn-page", "#322915"),
        ("bad", "#f3aaa3"), ("bad-page", "#3a201e"), ("good", "#a2d4b5"), ("good-page", "#1b3125"),
    ])

    /// All rules, as one style sheet.
    static var css: String {
        """
        :root{color-scheme:light dark;\(light.css)}
        @media (prefers-color-scheme:dark){:root{\(dark.css)}}
        @media print{:root{color-scheme:light;\(light.css)}}
        \(page)
        \(parts)
        \(phases)
        \(narrow)
        \(paper)
        """
    }

    private static let page = """
        *{box-sizing:border-box}
        html{scroll-behavior:smooth}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",
        "Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
        header,nav,main,footer{max-width:82rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:2.25rem}
        h1{font-size:1.7rem;line-height:1.25;margin:0;font-weight:650}
        h2{font-size:1.25rem;margin:2.75rem 0 .75rem;font-weight:650}
        h3,h4,h5{margin:0;font-size:1rem;font-weight:650}
        section>h3,h4{margin:1.25rem 0 .5rem}
        p{margin:.4rem 0}
        a{color:var(--link)}
        a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
        code,pre{font:13px/1.5 ui-monospace,"Cascadia Mono","DejaVu Sans Mono",Menlo,Consolas,monospace;
        unicode-bidi:isolate}
        pre{margin:0;padding:.6rem .8rem;background:var(--code);border-radius:6px;white-space:pre-wrap}
        .lead{color:var(--soft);margin:.35rem 0 0;font-size:1.05rem}
        .soft{color:var(--soft)}
        .skip{position:absolute;left:-100vw}
        .skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.3rem .6rem}
        nav{margin-top:1.25rem;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem}
        footer{padding:2.5rem 1.25rem 3rem;color:var(--soft);font-size:.875rem}
        """

    private static let parts = """
        .verdict{margin:1.1rem 0 0;padding:.8rem 1rem;border-radius:8px;border-left:5px solid;font-weight:600}
        .verdict.good{background:var(--good-page);color:var(--good)}
        .verdict.warn{background:var(--warn-page);color:var(--warn)}
        .verdict.bad{background:var(--bad-page);color:var(--bad)}
        .verdict small{display:block;font-weight:400;font-size:.95rem}
        dl.facts{display:grid;grid-template-columns:minmax(6.5rem,max-content) 1fr;gap:.3rem 1.2rem;margin:.5rem 0}
        dl.facts dt{color:var(--soft)}
        dl.facts dd{margin:0;min-width:0}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.94rem}
        th,td{text-align:left;vertical-align:top;padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line)}
        thead th{color:var(--soft);font-weight:600;white-space:nowrap}
        tbody th{font-weight:600}
        td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
        table.overview{min-width:52rem}
        table.overview tbody th{min-width:7.5rem}
        tr.gate td,tr.gate th{background:var(--warn-page)}
        tr.gate th{color:var(--warn);padding-left:.5rem}
        .bar{display:block;height:.7rem;border-radius:3px;background:var(--link);min-width:2px}
        td.track{width:45%;vertical-align:middle}
        .badge{display:inline-block;padding:0 .5rem;border-radius:1rem;font-size:.82rem;font-weight:600;
        background:var(--code);color:var(--soft);white-space:nowrap}
        .badge.warn{background:var(--warn-page);color:var(--warn)}
        .badge.bad{background:var(--bad-page);color:var(--bad)}
        .badge.good{background:var(--good-page);color:var(--good)}
        ol.plain,ul.plain{list-style:none;margin:0;padding:0}
        .finding{padding:.7rem 0;border-bottom:1px solid var(--line)}
        .finding p{margin:.25rem 0 0}
        ins,del{text-decoration:none;display:block}
        ins pre{background:var(--good-page)}
        del pre{background:var(--bad-page)}
        .change{padding:.5rem 0;border-bottom:1px solid var(--line)}
        .graph svg{display:block;max-width:none;margin:0 auto}
        .graph text{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
        fill:var(--ink)}
        .graph text.small{font-size:11.5px;fill:var(--soft)}
        .graph .box{fill:var(--card);stroke:var(--edge)}
        .graph .gate .box{fill:var(--warn-page);stroke:var(--warn)}
        .graph .gate text{fill:var(--warn)}
        .graph .barrier .box{stroke:var(--bad);stroke-width:3}
        .graph .barrier text.small{fill:var(--bad)}
        .graph .skipped .box{stroke-dasharray:5 4}
        .graph .edge{fill:none;stroke:var(--edge);stroke-width:1.5}
        .graph marker path{fill:var(--edge)}
        .graph a:hover .box,.graph a:focus-visible .box{stroke:var(--link);stroke-width:2.5}
        """

    private static let phases = """
        details>summary{cursor:pointer}
        .phase{margin:1rem 0;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .phase>details>summary{padding:.8rem 1.1rem}
        .phase summary h3{display:inline;font-size:1.05rem}
        .phase summary .soft{display:block;margin:.15rem 0 0 1.05rem;font-size:.92rem}
        .phase[id]{scroll-margin-top:1rem}
        .body{padding:.1rem 1.1rem 1.1rem}
        .forward>h4:first-child,.back>h4:first-child{margin-top:.3rem}
        .sides{display:grid;grid-template-columns:minmax(0,1fr);gap:0 1.75rem}
        @media (min-width:68rem){.sides.two{grid-template-columns:minmax(0,3fr) minmax(0,2fr)}
        .sides.two .back{border-left:1px solid var(--line);padding-left:1.75rem}}
        .step{margin:.6rem 0 1.1rem}
        .step>p{font-size:.92rem}
        .statement{margin:.55rem 0 0}
        .statement .where{font-size:.82rem;color:var(--soft)}
        .statement dl{display:grid;grid-template-columns:3.6rem 1fr;gap:.1rem .7rem;margin:.3rem 0 .2rem .8rem;
        font-size:.87rem}
        .statement dt{color:var(--soft)}
        .statement dd{margin:0;min-width:0}
        .statement ul{margin:.2rem 0 .3rem;padding-left:1.2rem}
        .everybody{color:var(--bad);font-weight:600}
        .writers{color:var(--warn);font-weight:600}
        .statement .everybody,.statement .writers{font-weight:400}
        .check{padding:.6rem 0;border-bottom:1px solid var(--line)}
        .check:last-child{border-bottom:0}
        .check p{margin:0 0 .3rem}
        .check .expects{margin:.3rem 0 0}
        .gatebox{background:var(--warn-page);border-radius:8px;padding:.7rem 1rem;margin:1rem 0 .2rem}
        .gatebox h4{margin:0;color:var(--warn)}
        """

    private static let narrow = """
        @media (max-width:40rem){
        header,nav,main{padding-left:.9rem;padding-right:.9rem}
        .body{padding:.1rem .8rem .9rem}
        dl.facts{grid-template-columns:1fr;gap:0}
        dl.facts dt{margin-top:.5rem}
        table.times td.track,table.times th.track{display:none}
        }
        """

    /// Everything is shown: nobody can unfold paper.
    private static let paper = """
        @media print{
        body{font-size:10pt;background:none}
        code,pre{font-size:8.5pt}
        table{font-size:9pt}
        header,nav,main,footer{max-width:none;padding-left:0;padding-right:0}
        nav,.skip{display:none}
        details::details-content{content-visibility:visible;block-size:auto;display:block}
        summary{list-style:none}
        summary::-webkit-details-marker{display:none}
        .wide{overflow:visible}
        table.overview{min-width:0}
        .phase{border:0;border-top:1px solid var(--line);border-radius:0;margin:1.2rem 0 0}
        .body,.phase>details>summary{padding-left:0;padding-right:0}
        .statement,.check,.finding,tr{break-inside:avoid}
        h2,h3,h4,summary{break-after:avoid}
        .graph svg{max-width:100%;height:auto}
        a{color:inherit;text-decoration:none}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }
        """
}
